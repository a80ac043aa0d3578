/** What eslint asks of the app on the phone and of its tests, beyond what the types say. */
import js from "@eslint/js";
import globals from "globals";

const STATE = "static/js/core/state.js";
const WORKERS = ["static/js/service-worker.js", "static/js/vault/eraser.js"];

const rules = {
  "array-callback-return": "error",
  "consistent-return": "error",
  eqeqeq: ["error", "always", { null: "ignore" }],
  "func-style": ["error", "declaration", { allowArrowFunctions: true }],
  "max-lines": ["error", 400],
  "max-lines-per-function": ["error", { max: 50, skipComments: true, skipBlankLines: true }],
  "no-await-in-loop": "off",
  "no-else-return": "error",
  "no-eval": "error",
  "no-implicit-globals": "error",
  "no-implied-eval": "error",
  "no-param-reassign": ["error", { props: true }],
  "no-promise-executor-return": "off",
  "no-return-assign": ["error", "except-parens"],
  "no-self-compare": "error",
  "no-shadow": ["error", { builtinGlobals: false }],
  "no-throw-literal": "error",
  "no-unused-vars": ["error", { caughtErrors: "none", argsIgnorePattern: "^_" }],
  "no-use-before-define": ["error", { functions: false, variables: false }],
  "no-useless-concat": "error",
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": ["error", { destructuring: "all" }],
  "prefer-promise-reject-errors": "error",
  "require-atomic-updates": "off",
};

/** The state is written in one module; a merge into it from elsewhere would be refused by the browser, and is here too. */
const STATE_IS_READ = [
  "error",
  {
    selector: "AssignmentExpression > MemberExpression.left[object.name='phone']",
    message: `Only ${STATE} changes the state: call one of its verbs.`,
  },
  {
    selector: "AssignmentExpression > .left MemberExpression[object.name='phone']",
    message: `Nobody changes what is in the state: make a new value and call a verb of ${STATE}.`,
  },
  {
    selector: "CallExpression[callee.object.name='Object'][callee.property.name='assign'] > Identifier.arguments:first-child",
    message: `Only ${STATE} merges into what is there: make a new value.`,
  },
  {
    selector: "ImportExpression",
    message: "The bundle knows imports at the top of a module only.",
  },
];

export default [
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  { files: ["**/*.js", "**/*.mjs"], languageOptions: { ecmaVersion: 2022, sourceType: "module" }, rules },
  { files: ["static/js/**/*.js", "static/office/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["static/js/**/*.js"], ignores: [STATE], rules: { "no-restricted-syntax": STATE_IS_READ } },
  { files: WORKERS, languageOptions: { globals: { ...globals.serviceworker, ...globals.worker } } },
  { files: ["tests/**/*.mjs"], languageOptions: { globals: globals.node }, rules: { "max-lines-per-function": "off" } },
];
