/** One interview from the first tap to the sealed record: what each tap of it does. */

import { ask, pause } from "./screens/question.js";
import * as drafts from "./vault/drafts.js";
import * as screens from "./screens/worker.js";
import * as facts from "./core/facts.js";
import * as interview from "./core/interview.js";
import { untilLeft, voice } from "./screens/page.js";
import { comeInside } from "./device/inside.js";
import { contentOf, sealed } from "./device/record.js";
import { randomId } from "./device/seal.js";
import { unsaved } from "./screens/lock.js";
import { _, fillWith, spoken } from "./core/words.js";

const { CODE_DIGITS, DISTRICT, GROUP, MODE, OTHERS_NEAR, PRESET, PRIVACY, ROUND, SEEDS, STOPS, WOMAN } = facts;
export const DRAFT_HOURS = 12;
const HOUR = 3600000;

const all = (app) => app.pack.questionnaire;
const questionsOf = (questionnaire) => questionnaire.pages.flatMap((page) => page.questions);

// ---- before consent

async function begin(app, practice) {
  if (!practice) {
    await forgetDraft(app);
    // What the server said while the draft needed the questionnaire that was here.
    await app.adopt();
    if (!app.taking()) {
      await app.home();
      return;
    }
  }
  Object.assign(app, { practice, resumed: null });
  app.setup = { [ROUND]: app.pack.round, [MODE]: modeOf(all(app), 0) };
  presets(app);
}

function resume(app) {
  const given = PRESET.filter((name) => app.draft.answers[name]);
  app.setup = Object.fromEntries(given.map((name) => [name, app.draft.answers[name]]));
  Object.assign(app, { practice: false, resumed: app.draft });
  presets(app);
}

function modeOf(questionnaire, place) {
  const mode = questionsOf(questionnaire).find((question) => question.name === MODE);
  return mode && (mode.choices[place] || mode.choices[0]).name;
}

/** The choices that this worker has: the own districts, and the women's form only for a woman. */
function choicesOf(app, question) {
  const choices = question.choices || [];
  return question.name === GROUP && !app.pack.woman ? choices.filter((one) => one.name !== WOMAN) : choices;
}

/** Ask for what must be known before consent; one choice alone is no question. */
function presets(app) {
  for (const question of questionsOf(all(app))) {
    if (!PRESET.includes(question.name) || app.setup[question.name]) continue;
    const choices = choicesOf(app, question);
    if (choices.length !== 1) {
      screens.preset(app, question, choices);
      return;
    }
    app.setup[question.name] = choices[0].name;
  }
  enter(app);
}

function preset(app, name, value) {
  const question = questionsOf(all(app)).find((one) => one.name === name);
  const take = () => {
    app.setup[name] = value;
    presets(app);
  };
  const more = app.resumed ? lostBy(app, question, value) : 0;
  if (more) screens.otherForm(app, more, take, () => presets(app));
  else take();
}

/** How many answers of the draft a choice would cost beyond what the best choice costs: it was begun with another one. */
function lostBy(app, question, value) {
  const cost = (choice) =>
    interview.lost(all(app), { ...app.resumed.answers, ...app.setup, [question.name]: choice }, app.today());
  return cost(value) - Math.min(...choicesOf(app, question).map((one) => cost(one.name)));
}

function enter(app) {
  // What the server said while form and district were chosen.
  if (!app.practice && !app.resumed && !app.taking()) {
    app.home();
    return;
  }
  const odd = interview.oddHour(Date.now());
  const fresh = { id: randomId(), seed: Math.floor(Math.random() * SEEDS), odd, answers: {} };
  const facts = app.resumed || fresh;
  const state = interview.begin({ ...facts, answers: { ...facts.answers, ...app.setup } });
  app.state = app.resumed ? interview.restored(all(app), state, app.today()) : state;
  app.resumed = null;
  app.drafter = drafts.keeper(app);
  app.since = performance.now();
  localise(app);
  comeInside();
  ask(app);
}

/** Say things as the district of the interview says them. */
export function localise(app) {
  fillWith((app.pack.local || {})[app.state.answers[DISTRICT]]);
}

// ---- from question to question

/** The state with the seconds that passed since it was last measured. */
export function timed(app) {
  const now = performance.now();
  const seconds = app.state.seconds + (now - app.since) / 1000;
  app.since = now;
  return { ...app.state, seconds };
}

/** Go on with a changed interview, and keep what of it may lie in a draft. */
function go(app, state) {
  app.state = state;
  ask(app);
  keepDraft(app);
}

function keepDraft(app) {
  if (app.practice) return;
  app.state = timed(app);
  app.draft = interview.draft(all(app), app.state);
  const { drafter, draft } = app;
  // The hour is all that may be read of it without the PIN.
  const until = Math.ceil((Date.now() + DRAFT_HOURS * HOUR) / HOUR) * HOUR;
  const write = () => drafts.keep(app, drafter, draft, until);
  const say = voice();
  // One after the other: a slow older draft must not replace a newer one.
  app.saving = app.saving.then(write).catch((error) => say(unsaved(error)));
}

function answer(app, name, value) {
  const state = interview.answer(all(app), app.state, name, value, app.today());
  const reason = interview.stops(state.answers);
  if (reason) stop(app, state, reason);
  else go(app, interview.next(all(app), state, app.today()));
}

const moving = (step) => (app) => go(app, step(all(app), app.state, app.today()));

function skipped(questionnaire, state, today) {
  const { name } = interview.current(questionnaire, state, today);
  return interview.next(questionnaire, interview.answer(questionnaire, state, name, undefined, today), today);
}

function hand(app, how) {
  const state = interview.hand(all(app), app.state, how, app.today());
  const mode = how === "alone" ? { [MODE]: modeOf(all(app), 1) } : {};
  go(app, { ...state, answers: { ...state.answers, ...mode } });
}

/** Note what was chosen on the screen, so that a language switch, a pause or a lock does not lose it. */
function chose(app, name, value) {
  app.state = interview.choose(app.state, name, value);
}

function play(app, file) {
  const say = voice();
  const sound = new Audio(`${app.base}sound/${encodeURIComponent(file)}`);
  untilLeft(() => sound.pause());
  sound.play().catch(() => say(_("No sound.")));
}

// ---- the end

const endOf = (app, state) => ({ state, day: app.today(), language: spoken(all(app)) });

/**
 * End an interview: `end` has what its record tells, the screen that follows, `after`, and for one that stopped early
 * `stopped`. The screen appears only when the record lies in the queue. Sealed once: the same `record` is tried again and
 * saved as a file, so that it counts once.
 */
async function conclude(app, end, record = null) {
  if (app.concluding) return;
  app.concluding = true;
  const then = await outcome(app, end, record).finally(() => (app.concluding = false));
  // It may have been hidden meanwhile.
  if (app.key) then();
}

/** The screen for what came of it. What cannot be sealed and what cannot be written are not one thing. */
async function outcome(app, end, made) {
  const { pack, practice } = app;
  await app.saving;
  let record = made;
  try {
    // Practice too, so that a round in which nothing can be sealed shows before anybody is asked.
    record = record || (await sealed(pack, end.state.id, contentOf(pack, end)));
  } catch (error) {
    return unsealed(app, end);
  }
  try {
    if (!practice) await app.store.waiting.keep(record);
  } catch (error) {
    return () => screens.notKept(app, error, () => conclude(app, end, record), () => app.save(record), end.code);
  }
  await over(app, practice);
  return end.after;
}

/** It is sealed and kept: what is left of the interview goes, and does not come back. */
async function over(app, practice) {
  if (!practice) await drafts.destroy(app);
  Object.assign(app, { state: null, suspended: null, draft: practice ? app.draft : null });
  app.sender.soon();
}

/** Nothing was sealed: the interview stays as it is, but of one that stopped no answer may stay. */
async function unsealed(app, end) {
  if (end.stopped) {
    if (!app.practice) await forgetDraft(app);
    app.state = null;
  }
  const again = () => conclude(app, end);
  const back = end.stopped ? null : () => ask(app);
  return () => screens.notSealed(app, again, back);
}

function finish(app) {
  const code = app.practice ? "" : tenDigits();
  return conclude(app, { ...endOf(app, timed(app)), code, after: () => screens.done(app, code) });
}

const tenDigits = () =>
  Array.from(crypto.getRandomValues(new Uint32Array(CODE_DIGITS)), (random) => random % 10).join("");

/** Refused or under 18: of the answers only those remain that a tally needs. */
function stop(app, state, reason) {
  const asked = STOPS.slice(0, STOPS.findIndex(([, , why]) => why === reason) + 1);
  const kept = [...PRESET, ...asked.map(([name]) => name)];
  const answers = Object.fromEntries(Object.entries(state.answers).filter(([name]) => kept.includes(name)));
  const end = endOf(app, { ...timed(app), answers });
  return conclude(app, { ...end, code: "", after: () => screens.stopped(app, reason), stopped: true });
}

/** End here and keep the answers given, the one on the screen among them. */
function toFinish(app) {
  const state = interview.confirmed(all(app), app.state, app.today());
  const reason = interview.stops(state.answers);
  if (reason) stop(app, state, reason);
  else go(app, { ...interview.covered(all(app), state, app.today()), place: interview.FINISH });
}

/** Make the unfinished interview unreadable, and remove it. */
async function forgetDraft(app) {
  if (!app.draft) return;
  await app.store.things.remove("draft").catch(() => {});
  await drafts.destroy(app);
  app.draft = null;
}

async function drop(app) {
  await app.saving;
  // What may lie there is another interview as long as this one has no draft of its own.
  if (!app.practice && app.draft && app.draft.id === app.state.id) await forgetDraft(app);
  app.state = null;
  screens.stopped(app, "dropped");
}

const ACTS = {
  begin,
  resume,
  preset,
  answer,
  chose,
  hand,
  play,
  finish,
  drop,
  pause,
  toFinish,
  next: moving(interview.next),
  back: moving(interview.back),
  skip: moving(skipped),
  othersNear: moving((questionnaire, state, today) =>
    interview.answer(questionnaire, state, PRIVACY, OTHERS_NEAR, today),
  ),
};

/** Give the app its taps of an interview. */
export function equip(app) {
  app.saving = Promise.resolve();
  Object.entries(ACTS).forEach(([name, act]) => (app[name] = (...values) => act(app, ...values)));
}
