// What the service tells the pages, for the type check of static/js. Nothing here is served.
// `Live` repeats app/live/messages.py and wall_messages.py; a test compares the names of the fields.

/** An instant: RFC 3339 UTC text with milliseconds. */
type Instant = string;

/** What an element may hold. Null, undefined and false are left out. */
type Child = string | number | Node | null | undefined | false | readonly Child[];

/** Attributes and listeners of a new element; see `h` in dom.js. */
interface Attributes {
  onclick?: (event: MouseEvent) => unknown;
  onsubmit?: (event: SubmitEvent) => unknown;
  oninput?: (event: Event) => unknown;
  onchange?: (event: Event) => unknown;
  onerror?: (event: Event) => unknown;
  [name: string]: unknown;
}

declare namespace Live {
  type State = "scheduled" | "checking_in" | "awaiting_admission" | "ready" | "in_progress" | "paused"
    | "submitted" | "expired" | "terminated" | "voided";
  type Severity = "low" | "medium" | "high";
  type PageEventKind = "focus_lost" | "focus_gained" | "page_hidden" | "page_visible" | "fullscreen_left" | "fullscreen_entered"
    | "copy_refused" | "paste_refused" | "camera_lost" | "camera_back";

  interface Hello { type: "hello"; version: 1; tab: string; writer: string; take_over: boolean }
  interface Answer { type: "answer"; seq: number; elapsed_ms: number; position: number; response: string[] }
  interface Mark { type: "mark"; seq: number; elapsed_ms: number; position: number; on: boolean }
  interface Visit { type: "visit"; seq: number; elapsed_ms: number; position: number }
  interface PageEvent { type: "page_event"; seq: number; elapsed_ms: number; kind: PageEventKind }
  interface NoticeShown { type: "notice_shown"; seq: number; elapsed_ms: number; notice_id: string }
  interface CallInvigilator { type: "call_invigilator"; seq: number; elapsed_ms: number }
  interface HandIn { type: "hand_in"; seq: number; elapsed_ms: number }
  interface Ping { type: "ping"; token: number }
  type Numbered = Answer | Mark | Visit | PageEvent | NoticeShown | CallInvigilator | HandIn;
  /** A numbered message before the outbox numbered it. */
  type Unnumbered = Numbered extends infer M ? (M extends Numbered ? Omit<M, "seq" | "elapsed_ms"> : never) : never;
  type FromCandidate = Hello | Numbered | Ping;

  interface SittingStatus { state: State; remaining_ms: number | null; starts_at: Instant; ended_reason: string | null }
  interface Welcome { type: "welcome"; version: 1; now: Instant; last_seq: number; status: SittingStatus; camera_fps: number }
  interface StatusChanged { type: "status"; now: Instant; status: SittingStatus }
  interface Acknowledged { type: "acknowledged"; seq: number; at: Instant }
  interface Refused { type: "refused"; seq: number; code: string; message: string }
  interface Resend { type: "resend"; from_seq: number }
  interface Notice { type: "notice"; notice_id: string; kind: "message" | "warning"; text: string; staff_name: string; at: Instant }
  interface FramingCheck { check: string; ok: boolean; advice: string | null }
  type ChallengeStep = "turn_left" | "turn_right" | "close_eyes" | "come_closer";
  interface Challenge { step: ChallengeStep | null; done: number; total: number; failed: boolean; left_ms: number }
  interface Framing { type: "framing"; checks: FramingCheck[]; face: [number, number, number, number] | null; challenge: Challenge | null }
  interface Identity { type: "identity"; progress: number; outcome: "match" | "look" | "unusable" | null; reason: string | null; retries_left: number }
  interface CameraRate { type: "camera_rate"; fps: number }
  interface Queue { type: "queue"; place: number; waited_ms: number }
  interface Superseded { type: "superseded" }
  interface Pong { type: "pong"; token: number; now: Instant; remaining_ms: number | null }
  interface Failed { type: "error"; code: string; message: string; fatal: boolean }
  /** What the protocol only passes on. */
  type PassedOn = StatusChanged | Notice | Framing | Identity | CameraRate | Queue | Pong | Failed;
  type ToCandidate = PassedOn | Welcome | Acknowledged | Refused | Resend | Superseded;

  interface FlagView {
    id: string; kind: string; severity: Severity; started_at: Instant; ended_at: Instant | null; peak_at: Instant;
    evidence: number[]; peak_frame: number | null; seen_by: string | null;
  }
  interface SeatView {
    index: number; label: string; row: number; column: number; sitting_id: string | null; name: string | null; state: State | null;
    presence: "online" | "stale" | "lost" | "never"; presence_since: Instant | null; remaining_ms: number | null;
    answered: number; total: number; position: number | null; saved_at: Instant | null; waiting_since: Instant | null;
    waiting_reason: string | null; called_at: Instant | null; picture_at: Instant | null; camera: "on" | "off";
    checks_off: string[]; flags: FlagView[]; ended_reason: string | null;
  }
  interface Wall {
    type: "wall"; now: Instant; administration_id: string; administration: string; exam: string; point: string; room: string;
    starts_at: Instant; closes_at: Instant; seats: SeatView[];
  }
  interface SeatChanged { type: "seat"; now: Instant; seat: SeatView }
  interface WallLoad { type: "load"; now: Instant; picture_age_ms: number; picture_age_p95_ms: number; analysed_share: number }
  type ToWall = Wall | SeatChanged | WallLoad | Failed;
}

/** Bodies of the JSON endpoints. */
declare namespace Api {
  interface Staff { id: string; username: string; name: string; role: string }
  /** The same text in both languages. */
  interface Tongues { zh: string; en: string }
  interface Reason extends Tongues { code: string }
  type Reasons = Record<string, Reason[]>;
  interface Act { at: Instant; type: string; by: string; codes?: Codes; detail: string }
  interface Codes { outcome?: string; decision?: string; reason?: string; minutes?: number; face_comparison?: boolean; challenge?: Challenge }
  /** Steps asked for, those done, and a frame of each of these. */
  interface Challenge { asked: string[]; done: string[]; frames: number[] }

  interface Disposition { decision: string; reason: string; note: string; by: string; at: Instant }
  interface Incident {
    id: string; opened_at: Instant; moment: Instant; by: string; opened_by: string; reason: string; note: string;
    flag_ids: string[]; disposition: Disposition | null;
  }
  interface SittingDetail {
    sitting_id: string; administration: string; exam: string; seat: string; name: string; id_number_masked: string;
    enterprise: string; category: string; ticket: string; state: Live.State; registered_photo: boolean;
    admission_picture: number | null; acts: Act[]; flags: Live.FlagView[]; incidents: Incident[];
    identity: { outcome: string; reason: string | null; score_milli: number | null; threshold_milli: number; frame: number | null; challenge: Challenge | null } | null;
    points: string | null; total_points: string; points_first: string | null; corrected: boolean;
  }
  interface Span { from_ms: number; to_ms: number | null }
  interface FlagSpan extends Span { id: string; kind: string; severity: Live.Severity }
  interface Visit extends Span { position: number }
  interface GivenAnswer { at_ms: number; position: number; response: string[]; item_stem: string }
  interface TimelineAct { at_ms: number; type: string; by: string; text: string; codes?: Codes }
  interface Timeline {
    starts_at: Instant; ends_at: Instant; frames: [number: number, at_ms: number][]; visits: Visit[]; answers: GivenAnswer[];
    stems: Record<string, string>; page_events: (Span & { kind: string })[]; connection: Span[]; flags: FlagSpan[];
    acts: TimelineAct[]; pauses: Span[]; entries: number;
  }
  interface FoundSitting {
    sitting_id: string; name: string; id_number_masked: string; enterprise: string; ticket: string; administration: string;
    exam: string; seat: string; started_at: Instant | null; ended_at: Instant | null; state: Live.State;
    flags: Record<Live.Severity, number>; incidents: { open: number; closed: number }; points: string | null; points_first: string | null; corrected: boolean;
  }
  interface Found { total: number; page: number; page_size: number; sittings: FoundSitting[] }

  interface CandidateIdentity { outcome: Live.Identity["outcome"]; reason: string | null; retries_left: number }
  interface CandidateSitting {
    now: Instant; sitting_id: string; candidate: { name: string; id_number_masked: string };
    exam: { name: string; minutes: number; total_points: string; pass_points: string };
    administration: { name: string; starts_at: Instant; closes_at: Instant }; seat: string | null; status: Live.SittingStatus;
    consent: { recording: boolean; face_comparison: boolean } | null; registered_photo: boolean; photo_at_check_in: boolean;
    identity: CandidateIdentity | null; admitted_by: string | null; queue_place: number | null;
  }
  interface Option { id: string; html: string }
  interface Gap { id: string; kind: "menu" | "number" | "text"; options: { id: string; text: string }[]; unit: string }
  interface Slot {
    position: number; section: number; type: string; html: string; options: Option[]; points: string;
    sources?: Option[]; multiple?: boolean; gaps?: Gap[]; unit?: string; stimulus?: string;
  }
  interface Stimulus { id: string; title: string; html: string }
  interface FormSection { title: string; first: number; last: number; rule_text: string | null }
  interface Form { sections: FormSection[]; stimuli: Stimulus[]; slots: Slot[]; responses: Record<string, string[]>; marks: number[]; position: number | null }
  interface Result {
    state: Live.State; shown: boolean; pass: boolean; points: string; pass_points: string; total_points: string; answered: number;
    total: number; ended_at: Instant | null; ended_reason: string | null; ended_reason_zh: string | null; ended_reason_en: string | null;
    sections: { title: string; points: string; total: string }[]; corrected: { points_before: string; pass_before: boolean } | null;
  }

  interface Administration { id: string; name: string; exam: string; point: string; room: string; starts_at: Instant; closes_at: Instant; candidates: number }
  interface RosterRow {
    sitting_id: string; name: string; id_number_masked: string; enterprise: string; category: string; ticket: string;
    seat: string | null; photo: boolean; state: Live.State;
  }
  /** `closed`: nobody can start any more. */
  interface AdministrationRoster extends Administration { closed: boolean; roster: RosterRow[] }
  interface Snapshot {
    id: string; bank_id: string; name: string; industry: string; items: number; by_type: Record<string, number>; by_topic: Record<string, number>;
    must_know: number; published_at: Instant;
  }
  interface PoolAttribute { name: string; values: [value: string, items: number][]; more: number; numeric: boolean }
  interface SectionDocument {
    type: string; title: string; count: number; points: number; topics: Record<string, number>; must_know: number; scoring_rule: string;
    partial_points: number; where?: string;
  }
  interface ConstraintDocument { label: string; where?: string; measure?: string; attribute?: string; at_least?: number; at_most?: number }
  /** A blueprint as docs/topics/forms.md says. */
  interface BlueprintDocument {
    format: string; title: string; must_know: number; shuffle_items: boolean; shuffle_options: boolean; sections: SectionDocument[];
    constraints?: ConstraintDocument[]; enemies?: string[][]; include?: string[]; exclude?: string[]; together?: string[];
    sets?: { at_least?: number; at_most?: number }; order_by?: string[]; exposure_cap?: number;
    target?: { cut_points?: number; at_cut?: number; beside_cut?: number; information?: number; theta?: number };
  }
  /** What stands in the form of a new exam. */
  interface ExamDraft { name: string; minutes: string; pass_points: string; result_shown: string; snapshot_id: string; blueprint: BlueprintDocument }
  interface Demand { kind: string; place: string; label: string; needed: string; at_most: string | null; available: string; must_know: number; short: boolean }
  interface AuditSpread { mean: string; sd: string; low: string; high: string }
  interface AuditHardness { expected: AuditSpread; passing: AuditSpread | null; low: string[]; high: string[] }
  interface AuditComparison { theta: string; cut_points: number; abilities: string[]; average: string[]; matched: AuditHardness; random: AuditHardness }
  interface AuditExposure { minimum: number; cap: number | null; largest: number; bin: number; bins: number[] }
  interface AuditRule { kind: string; place: string; label: string }
  interface Audit {
    items: number; slots: number; basis: string; tables: number; log10_forms: string; forced: string[]; forms: number; different: number;
    mean_overlap: string; exposure: AuditExposure; comparison: AuditComparison | null;
    bottleneck: { cells: number; rules: AuditRule[]; first: { rules: AuditRule[]; items: number; first: string[] }[] };
  }
  interface PublishAudit {
    id: string; state: "waiting" | "running" | "done" | "infeasible" | "failed" | "cancelled"; step: "publish" | "simulate"; done: number; total: number;
    problems: (Tongues & { place: string })[]; audit: Audit | null;
  }
  interface LivingBank {
    id: string; name: string; industry: string; created_at: Instant; items: number; published: number;
    facets: Record<"type" | "topic" | "state" | "difficulty" | "must_know", Record<string, number>>; snapshots?: Snapshot[]; formats?: string[];
    scoring_rules?: Record<string, string[]>;
  }
  interface ItemVersion {
    item: string; version: number; state: string; is_current: boolean; type: string; topic: string; difficulty: string; must_know: boolean; stem: string;
    written_at: Instant; written_by: string; writer: string; own: boolean; digest: string;
  }
  interface ListedItem extends ItemVersion { statistics: ListedStatistics | null }
  interface ItemPage { items: ListedItem[]; total: number; page: number; page_size: number }
  interface ItemSet { id: string; title: string; stimulus: string; markup?: string }
  interface BankSet extends ItemSet { items: number; stimuli: number }
  interface Hint { kind: "repeated" | "other_key" | "same_stem" | "near"; likeness: number; contradicts: boolean; item: string; version: number; state: string; stem: string }
  interface QueueItem extends ItemVersion { bank_id: string; bank: string; since: Instant }
  interface Queue { items: QueueItem[]; total: number; page: number; page_size: number; authors: { id: string; name: string }[]; banks: { id: string; name: string }[] }
  interface ItemRecord extends ItemVersion {
    document: Record<string, any>; item_set: ItemSet | null; versions: ItemVersion[];
    events: { version: number; event: string; actor: string; name: string; comment: string; checks: string[]; at: Instant }[];
  }
  interface Comparison { old: ItemRecord | null; new: ItemRecord; fields: string[] }
  interface Acted { done: number; refused: { item: string; version: number; code: string }[]; refused_count: number }
  interface ImportHead { id: string; file_name: string; format: string; state: string; items: number; created_at: Instant; confirmed_at: Instant | null; undone_at: Instant | null }
  interface ImportCode { code: string; count: number; message_zh: string; message_en: string }
  interface Import extends ImportHead {
    counts: Record<string, number>; rows: number; codes: ImportCode[]; has_columns: boolean; has_lines: boolean; corrections: Record<string, string>; roles: string[];
    sheets: { sheet: string; code: string; encoding: string; columns: Record<string, string>; unknown_columns: string[] }[];
  }
  interface RowProblem { code: string; field: string; value: string; other_row: number; message_zh: string; message_en: string; fix_zh: string; fix_en: string }
  interface ImportRow { sheet: string; row: number; status: string; item_id: string; problems: RowProblem[] }
  interface Loss { item: string; field: string; code: string; value: string; message_zh: string; message_en: string }
  interface Exam { id: string; name: string; snapshot_id: string; minutes: number; pass_points: number; total_points: number; items: number; result_shown: boolean }
  interface Room { id: string; name: string; point: string; seats: number }
  interface Ticket { exam: string; name: string; id_number_masked: string; ticket: string; point: string; room: string; seat: string | null; starts_at: Instant; code: string }
  interface Finding {
    row: number; status: string; value: string | null; code: string; message_zh: string; message_en: string; fix_zh: string; fix_en: string;
  }
  interface RosterReport {
    rows: number; importable: number; warnings: number; rejected: number;
    photos: { matched: number; of: number; unused?: string[]; unused_count?: number };
    findings: (Finding & { name: string; column: string | null; thumbnail: string | null })[];
  }
  interface Estimate { value: number; standard_error: number; low: number; high: number }
  /** `thirds`: lower, middle and upper third by score; `key` is null where the caller may not see keys. */
  interface OptionStatistics { id: string; key: boolean | null; thirds: number[] }
  /** `too_few`: fewer sittings than anything is flagged from. */
  interface ItemFigures {
    n: number; omitted: number; exposure: number; facility: Estimate | null; discrimination: Estimate | null; thirds: number[]; options: OptionStatistics[];
    flags: string[]; too_few: boolean;
  }
  interface ItemStatistics extends ItemFigures { item_id: string; type: string; stem: string; topic: string; voided: boolean; corrected: boolean }
  /** `exposures`: forms that showed the item, and forms, by administration; the latest last. */
  interface ListedStatistics extends ItemFigures { version: number | null; exposures: [shown: number, forms: number][] }
  interface ItemUse extends ItemFigures {
    administration_id: string; name: string; exam: string; held_at: Instant; version: number | null; shown: number; forms: number; voided: boolean; comparable: boolean;
  }
  interface ItemRecordStatistics { now: (ItemFigures & { version: number | null }) | null; uses: ItemUse[] }
  interface BankStatistics {
    administrations: { id: string; name: string; exam: string; held_at: Instant; forms: number; sittings: number }[]; flags: Record<string, number>;
  }
  interface AdministrationStatistics {
    id: string; name: string; exam: string; sittings: number; keys_shown: boolean; flags: Record<string, number>; items: ItemStatistics[];
  }
  /** The fields of an item's document that say what is right; gaps whole. */
  interface ItemKey {
    key?: (string | string[])[]; value?: string; tolerance?: string; accepted?: string[]; fold_case?: boolean; fold_width?: boolean; gaps?: KeyGap[];
  }
  interface KeyGap extends ItemKey { id: string; weight: number; unit?: string; options?: AskedOption[] }
  interface AskedOption { id: string; text: string }
  interface AskedItem { item_id: string; type: string; stem: string; options?: AskedOption[]; sources?: AskedOption[]; targets?: AskedOption[]; multiple?: boolean; unit?: string }
  interface MarkedBy { voided: boolean; keys: ItemKey[] }
  interface SatItem extends AskedItem { in_the_bank: ItemKey; now: MarkedBy }
  interface CorrectedItem extends AskedItem { before: MarkedBy; after: MarkedBy }
  interface ScoringRun {
    number: number; base: number | null; state: "proposed" | "confirmed" | "withdrawn"; note: string; items: string[]; own: boolean;
    proposed_by: string; proposed_at: Instant; decided_by: string | null; decided_at: Instant | null;
  }
  interface ChangedResult {
    sitting_id: string; name: string; ticket: string; points_before: string; points_after: string; pass_before: boolean; pass_after: boolean;
    marks: { position: number; item_id: string; points_before: string; points_after: string; reason_before: string; reason_after: string }[];
  }
  interface RunComparison {
    run: ScoringRun | null; base: number; counts: Record<"sittings" | "raised" | "lowered" | "now_passing" | "now_failing", number>;
    corrections: CorrectedItem[]; changes: ChangedResult[];
  }
  /** The head of both answers about a screening. */
  interface Screened {
    id: string; name: string; exam: string; state: "waiting" | "running" | "failed" | "too_few" | "done"; least_sittings: number; rate_permille: number;
    screened_at: Instant | null; engine: number | null; run: number | null;
  }
  interface Exposure {
    seen: number; dealt: number; items: [id: string, seen: number][]; cap_permille: number | null; cap_forms: number | null; minimum_permille: number; forced: string[];
    pairs: number; overlaps: [common: number, pairs: number, expected: number][]; mean: number; expected_mean: number; drawn_anew: number;
  }
  interface ExposureLedger extends Screened { exposure: Exposure | null }
  interface Look { at: Instant; by: string; reason: string; note: string }
  interface Seated { sitting_id: string; name: string; enterprise: string; seat: string }
  interface FacePerson { sitting_id: string; name: string; id_number_masked: string; enterprise: string; administration: string; photo: boolean; frame: number | null }
  interface FaceLead { id: string; found_in: string; score_milli: number; people: [FacePerson, FacePerson]; look: Look | null }
  /** `searched`: of the `registered` those who agreed and have a template; `against`: people of earlier administrations. */
  interface FaceSearch {
    name: string; searched_at: Instant; registered: number; searched: number; against: number; comparisons: number; threshold_milli: number;
    expected_false: number; above: number;
  }
  interface FaceLeads {
    state: "waiting" | "running" | "failed" | "done"; progress: { name: string; done: number; whole: number } | null; failed: string[];
    total: number; looked_at: number; leads: FaceLead[]; searches: FaceSearch[];
  }
  /** Its members follow from the kind of the lead: see app/forensics/evidence.py. */
  type Evidence = Record<string, any>;
  interface Lead {
    id: string; number: number; kind: "same_answers" | "fast_and_right" | "fast_end" | "item_key" | "shared_items"; sittings: Seated[]; beside: boolean;
    item_id: string | null; rate: number; evidence: Evidence; look: Look | null;
  }
  type SharedAnswer = [id: string, here: number, there: number, same: number, right_here: number | null, right_there: number | null, here_said: string | null, there_said: string | null];
  type TimedItem = [id: string, seconds: number | null, usual: number | null, quick: number | null, answered: number, right: number | null];
  type OptionEvidence = [label: string, right: number, chosen: number, related: number | null, to_look_at: number];
  interface Leads extends Screened {
    counts: { sittings: number; timed: number; answer_pairs: number; form_pairs: number; items: number };
    kinds: { kind: string; leads: number; looked_at: number; expected_false: number }[]; leads: Lead[]; most_alike: { sittings: Seated[]; common: number }[];
  }
}
