/** The shapes that travel between the app's modules. They are known everywhere and exist for the checks alone. */

// ---- what is asked: the questionnaire as survey/questionnaire/for_phones.py writes it

/** A compiled rule (docs/expressions.md). */
type Tree = string | number | boolean | readonly [string, ...Tree[]];
type Scalar = string | number | boolean;
/** An answer: the name of a choice, names of several, or a number. */
type Answer = string | number | boolean | readonly string[] | null | undefined;
type Answers = Record<string, Answer>;
/** A text by language. */
type Texts = Record<string, string>;

interface RuleContext {
  today: string;
  current: Answer;
}

interface Choice {
  name: string;
  label: Texts;
  audio?: Texts;
  exclusive?: boolean;
  score?: number;
}

interface Question {
  name: string;
  kind: string;
  label: Texts;
  hint?: Texts;
  audio?: Texts;
  choices?: Choice[];
  rotated?: boolean;
  required?: boolean;
  required_message?: Texts;
  constraint?: Tree;
  constraint_message?: Texts;
  relevant?: Tree;
  self_entry?: boolean;
  sensitivity?: string;
  /** The parameters of a design in which chance hides the answer. */
  hidden_by?: Record<string, string>;
  /** The items of a list of which a person says how many are true. */
  items?: Choice[];
}

interface Note {
  name: string;
  text: Texts;
  audio?: Texts;
  before?: string;
  relevant?: Tree;
}

interface QuestionPage {
  name: string;
  label?: Texts;
  rotated?: boolean;
  self_entry_block?: boolean;
  relevant?: Tree;
  questions: Question[];
  notes?: Note[];
}

interface Questionnaire {
  name: string;
  version: string;
  languages: string[];
  pages: QuestionPage[];
  fills?: Record<string, Texts>;
}

interface ReachedPage {
  page: QuestionPage;
  questions: Question[];
  notes: Note[];
}

/** What a screen of an interview shows. A question's step has no `kind`; only a hand-over has `before`, a hand-back `after`. */
interface Step {
  name: string;
  kind?: "hand-over" | "hand-back" | "finish";
  question?: Question | null;
  page?: QuestionPage;
  notes?: Note[];
  before?: string;
  after?: string;
}

// ---- an interview

interface Interview {
  id: string;
  seed: number;
  odd?: boolean;
  answers: Answers;
  place: string;
  handing: string;
  hidden: string[];
  seconds: number;
  chosen: Answers;
  /** While one question is looked at again before the end: the names of all that had been reached. */
  seen?: string[];
  /** Whether any was looked at again. */
  looked?: boolean;
}

/**
 * One line of the look over an interview: `plain` ones show their answer, of others only whether there is one. A block is
 * one line, and has no `question`.
 */
interface Line {
  question: Question | null;
  label?: Texts;
  plain: boolean;
  given: boolean;
}

/** What of an interview that ended is sealed. */
interface Ending {
  state: Pick<Interview, "answers" | "seconds" | "odd" | "seed">;
  code: string;
  day: string;
  language: string;
}

/** Writes a draft, which is to be forgotten at `until`. */
type DraftKeeper = (draft: Interview, until: number) => Promise<void>;

// ---- what the server gives (docs/api.md)

interface Pack {
  questionnaire: Questionnaire;
  key: { id: string; point: string };
  round: string;
  size: number;
  day: string;
  digest: string;
  language: string;
  woman: boolean;
  taking?: boolean;
  bands: [number, string][];
  local?: Record<string, Record<string, Texts>>;
  /** Each with the code of the province it serves; "" serves everywhere. */
  referrals: { number: string; label: Texts; province?: string }[];
  /** The codes of the provinces of the worker's districts. */
  provinces?: Record<string, string>;
  /** By the name that the questionnaire gives a recording: the forms in which it can be had. */
  recordings?: Record<string, RecordingForm[]>;
  /** Not the server's: whether an interview could be sealed with it. */
  sealable?: boolean;
}

/** A file of a recording; `mark` changes with its content. */
interface RecordingForm {
  file: string;
  bytes: number;
  mark: string;
}

/** The names of the recordings that are on the phone, how many there could be, and what all of them weigh. */
interface Recordings {
  names: string[];
  wanted: number;
  bytes: number;
}

interface PackReply {
  pack?: Pack;
  known?: boolean;
  unknown?: boolean;
  revoked?: boolean;
  refused?: boolean;
}

/** What of a round is stored of one worker, and wanted; by reporting district and group where the server knows that. */
interface OwnCounts {
  round: string;
  stored: number;
  parts: OwnPart[];
}

interface OwnPart {
  district: Texts;
  group: string;
  stored: number;
  target: number;
}

/** What a phone says of itself to its coordinator: nothing more ever leaves it in this way. */
interface PhoneReport {
  waiting: number;
  help: number;
  app: string;
  practised: boolean;
}

/** A reply of the server, or of what answers in its place: nothing about it is certain. */
type Reply = any;

/** What became of a record, or of a turn of sending. */
type Verdict = "done" | "again" | "offline" | "help" | "revoked" | "unknown" | "unread";

interface Sending {
  found: Verdict;
  left: number;
}

/** A turn of sending with, besides, to how many records our own server said anything of theirs. */
interface Turn extends Sending {
  judged: number;
}

// ---- what the phone keeps

interface SealedRecord {
  id: string;
  body: Uint8Array<ArrayBuffer>;
  digest: string;
  help: string;
  sure: boolean;
}

interface Things {
  get(name: string): Promise<any>;
  names(): Promise<string[]>;
  put(name: string, value: unknown): Promise<void>;
  remove(...names: string[]): Promise<void>;
  update(name: string, changed: (found: any) => any): Promise<any>;
}

interface Waiting {
  get(id: string): Promise<SealedRecord | undefined>;
  all(): Promise<SealedRecord[]>;
  held(): SealedRecord[];
  keep(record: SealedRecord): Promise<void>;
  change(record: SealedRecord): Promise<void>;
  release(id: string): Promise<void>;
}

interface Change {
  store: string;
  key: string;
  value?: unknown;
}

interface Store {
  things: Things;
  waiting: Waiting;
  put(changes: Change[]): Promise<void>;
  close(): unknown;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Opens and locks things; the keys of drafts are made from `root`. */
interface Key {
  aes: CryptoKey;
  root: CryptoKey | null;
}

interface Locked {
  iv: Bytes;
  data: ArrayBuffer;
}

interface PinLock {
  format?: number;
  mixed?: boolean;
  salt: Bytes;
  /** Rounds of the derivation, where they were measured. */
  rounds?: number;
  tries: number;
}

interface Invitation {
  code: string;
  token: string;
  mark: string;
}

/** What only the PIN opens of a phone that is set up. */
interface Safe {
  token: string;
  code: string;
  skew: number;
  invited?: string;
  next?: Invitation | null;
  unknown?: boolean;
  /** Whether a tapped answer waits for "Next" on this phone. */
  still?: boolean;
  /** Whether the last private questions were read aloud. */
  aloud?: boolean;
  /** The district of the last interview. */
  last?: string;
  /** Whether recordings were removed on purpose. */
  silent?: boolean;
  /** What of the practice was tried. */
  tried?: string[];
}

interface Sent {
  day: string;
  count: number;
  late?: Record<string, number>;
}

interface Counts {
  waiting: number;
  help: number;
  codes: string[];
  sent: number;
  late: Record<string, number>;
}

interface Secrets {
  possible: boolean;
  lacking: boolean;
  bytes(name: string): Bytes | null;
  renew(name: string): Promise<Bytes | null>;
  restore(): Promise<void>;
}

interface Sender {
  soon(): void;
  now(): Promise<Sending>;
  stop(): void;
  heard(known: boolean): void;
  unknown(): boolean;
  recall(unknown: boolean): void;
}

// ---- the page

interface Language {
  code: string;
  tag: string;
  name: string;
  direction: string;
  /** Its digits from zero on, in each way that keyboards write them. */
  numerals: string[];
  words: Record<string, string>;
}

interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

/** What asks again before something is done that cannot be undone; its texts are made again in another language. */
interface Sure {
  text(): string;
  yes(): string;
  act: () => unknown;
  no: () => unknown;
}

/** What may be in an element; what is nothing is left out. */
type Child = Node | string | number | boolean | null | undefined | Child[];

interface Shown {
  name: string;
  title?: string;
  bar?: Child;
  main: Child;
  focus?: boolean;
  back?: () => unknown;
}

interface AnswerInput {
  role: string;
  element: HTMLElement;
  value(): Answer;
  /** What is said of the question besides its hint. */
  about?: string;
  /** `settled` is answered for good, `closed` cannot be answered now: "Next" leaves it out. */
  state?: "settled" | "closed";
}

/** An interview that ends: what its record says, and what follows. */
interface End {
  state: Interview;
  day: string;
  language: string;
  code: string;
  after: () => void;
  /** The code under the PIN. */
  parting?: Promise<Locked> | null;
  stopped?: boolean;
}

/** The screens that acts lead to, each with what it is given; static/js/app.js draws them. */
interface Screens {
  elsewhere: [];
  "not-started": [counts: Counts];
  start: [counts: Counts, reason?: string];
  "choose-pin": [message?: string];
  enrolling: [message?: string];
  opening: [];
  lock: [left?: number, message?: string];
  harmless: [];
  home: [counts: Counts, focus?: boolean];
  preset: [question: Question, choices: Choice[]];
  "other-form": [count: number, again: () => void];
  question: [message?: string];
  done: [code: string];
  stopped: [reason: string];
  "not-sealed": [again: () => void, back: (() => void) | null];
  "not-kept": [error: Error, again: () => void, save: () => void, code: string];
}

// ---- what browsers have and the standard types do not

interface TrustedScripts {
  createScriptURL(name: string): string;
}

interface Window {
  trustedTypes?: {
    createPolicy(name: string, rules: { createScriptURL(name: string): string }): TrustedScripts;
  };
}

declare const trustedTypes: NonNullable<Window["trustedTypes"]>;
