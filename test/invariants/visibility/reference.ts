import type { TestUser } from "../../support/app.ts";
import type { Random } from "../../support/random.ts";

/**
 * A slow reference model of visibility. It follows the rules instead of the storage: each question scans all records. The records are read
 * as the administrator; whether a record reveals its person is noted when it is created.
 */
export type VisibilitySetting = "own" | "team" | "all";

export interface ReferenceUser extends TestUser {
  name: string;
  role: "DIRECTOR" | "MANAGER" | "SALES_REP" | "MARKETER" | "ADMIN";
  team: string | null;
}

export type RecordKind = "lead" | "contact" | "customer" | "opportunity" | "ticket";

/** A record, with or without a person. */
export interface ReferenceRecord {
  id: string;
  kind: RecordKind;
  owner: string | null;
  /** Users whose viewers also see the record. */
  users?: readonly string[];
  /** Teams whose members also see the record. */
  teams?: readonly string[];
  person: string | null;
  live: boolean;
}

export interface ReferenceInteraction {
  id: string;
  person: string | null;
  /** The ids of the records that it refers to. */
  names: readonly string[];
}

export class VisibilityReference {
  setting: VisibilitySetting = "own";
  users: ReferenceUser[] = [];
  records: ReferenceRecord[] = [];
  interactions: ReferenceInteraction[] = [];
  /** Persons, including merged ones, with the creator of each. */
  creators = new Map<string, string>();
  /** Merged persons with their survivor. */
  mergedInto = new Map<string, string>();
  /** Records of a person that their creator could not see. */
  limitedRecords = new Set<string>();

  /** The surviving person of an id. */
  resolvePerson(id: string): string {
    const next = this.mergedInto.get(id);
    return next === undefined ? id : this.resolvePerson(next);
  }

  get persons(): string[] {
    return [...this.creators.keys()].filter((id) => !this.mergedInto.has(id));
  }

  seesOwner(user: ReferenceUser, owner: string | null): boolean {
    if (owner === null || owner === user.id || this.setting === "all") return true;
    if (user.role === "ADMIN" || user.role === "DIRECTOR") return true;
    if (user.role !== "MANAGER" && this.setting === "own") return false;
    return user.team !== null && this.users.some(({ id, team }) => id === owner && team === user.team);
  }

  seesRecord(user: ReferenceUser, { owner, users = [], teams = [] }: ReferenceRecord): boolean {
    const isNobodys = owner === null && teams.length === 0;
    if (isNobodys || this.setting === "all" || user.role === "ADMIN" || user.role === "DIRECTOR") return true;
    if (user.team !== null && teams.includes(user.team)) return true;
    return [...(owner === null ? [] : [owner]), ...users].some((id) => this.seesOwner(user, id));
  }

  seesPerson(user: ReferenceUser, id: string): boolean {
    const person = this.resolvePerson(id);
    const revealing = this.records.filter(
      (record) =>
        record.live &&
        !this.limitedRecords.has(record.id) &&
        record.person !== null &&
        this.resolvePerson(record.person) === person,
    );
    if (revealing.length > 0) return revealing.some((record) => this.seesRecord(user, record));
    return this.seesOwner(user, this.creators.get(person) ?? null);
  }

  seesInteraction(user: ReferenceUser, { names, person }: ReferenceInteraction): boolean {
    const namedRecords = this.records.filter(({ id }) => names.includes(id));
    if (namedRecords.length > 0) return namedRecords.some((record) => this.seesRecord(user, record));
    return person === null || this.seesPerson(user, person);
  }

  /** Notes a new record and its creator. Unless `isNew`, its person existed before. */
  noteCreation(actor: ReferenceUser, { id, person }: { id: string; person: string | null }, isNew: boolean): void {
    if (person !== null && !isNew && !this.seesPerson(actor, person)) this.limitedRecords.add(id);
  }
}

export const pickRandom = <T>(random: Random, some: readonly T[]): T | undefined => some[Math.floor(random() * some.length)];
