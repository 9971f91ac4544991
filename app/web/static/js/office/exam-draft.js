/** What the rows of a new exam know of it: the bank chosen, what its items offer, which scoring rules fit. */

import { get } from "../server.js";

/** Points as the server counts them: whole hundredths of a point. @param {string} text */
export function hundredths(text) {
  return Math.round(Number(text) * 100);
}

/** A number of a field, null when it is empty. @param {string} text */
export function whole(text) {
  return text.trim() === "" ? null : Number(text);
}

/** The fields that are not empty. @param {Record<string, unknown>} fields */
export function given(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ""));
}

export class ExamDraft {
  /** @param {Api.Snapshot[]} banks */
  constructor(banks) {
    this.banks = banks;
    this.bank = banks[0];
    /** @type {Api.PoolAttribute[]} */
    this.attributes = [];
    /** @type {Record<string, string[]>} */
    this.scoringRules = {};
  }

  /** Takes another bank; rows read what it offers when they need it. @param {string} snapshotId */
  async choose(snapshotId) {
    const bank = this.banks.find((one) => one.id === snapshotId) ?? this.banks[0];
    this.bank = bank;
    /** @type {[{attributes: Api.PoolAttribute[]}, Api.LivingBank]} */
    const [{ attributes }, living] = await Promise.all([get(`/api/snapshots/${bank.id}/attributes`), get(`/api/banks/${bank.bank_id}`)]);
    if (this.bank !== bank) return;
    this.attributes = attributes;
    this.scoringRules = living.scoring_rules ?? {};
  }
}
