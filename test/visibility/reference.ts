import type { Random } from "../chance.ts";
import type { TestUser } from "../support.ts";

/**
 * Who sees what, worked out slowly from what there is, as the rules say it and not as the storage keeps it: every question
 * walks all records. What there is, is read as the administrator; to whom a record reveals its person is remembered from when
 * it was made.
 */
export type Setting = "own" | "team" | "all";

export interface Somebody extends TestUser {
  name: string;
  role: "DIRECTOR" | "MANAGER" | "SALES_REP" | "MARKETER" | "ADMIN";
  team: string | null;
}

export type Kind = "lead" | "contact" | "customer" | "opportunity" | "ticket";

/** A record of a person, or of nobody. */
export interface Held {
  id: string;
  kind: Kind;
  owner: string | null;
  /** Whose records' viewers see it too. */
  users?: readonly string[];
  /** Whose members see it too. */
  teams?: readonly string[];
  person: string | null;
  live: boolean;
}

export interface Said {
  id: string;
  person: string | null;
  /** The records that it names. */
  names: readonly string[];
}

export class Reference {
  setting: Setting = "own";
  users: Somebody[] = [];
  records: Held[] = [];
  said: Said[] = [];
  /** Persons, merged ones too, with who made each. */
  makers = new Map<string, string>();
  /** Who was joined to whom. */
  into = new Map<string, string>();
  /** Records that joined a person whom their maker did not see. */
  limited = new Set<string>();

  /** Whom an id leads to. */
  living(id: string): string {
    const next = this.into.get(id);
    return next === undefined ? id : this.living(next);
  }

  get persons(): string[] {
    return [...this.makers.keys()].filter((id) => !this.into.has(id));
  }

  seesOwner(user: Somebody, owner: string | null): boolean {
    if (owner === null || owner === user.id || this.setting === "all") return true;
    if (user.role === "ADMIN" || user.role === "DIRECTOR") return true;
    if (user.role !== "MANAGER" && this.setting === "own") return false;
    return user.team !== null && this.users.some(({ id, team }) => id === owner && team === user.team);
  }

  seesRecord(user: Somebody, { owner, users = [], teams = [] }: Held): boolean {
    const isNobodys = owner === null && teams.length === 0;
    if (isNobodys || this.setting === "all" || user.role === "ADMIN" || user.role === "DIRECTOR") return true;
    if (user.team !== null && teams.includes(user.team)) return true;
    return [...(owner === null ? [] : [owner]), ...users].some((id) => this.seesOwner(user, id));
  }

  seesPerson(user: Somebody, id: string): boolean {
    const person = this.living(id);
    const revealing = this.records.filter(
      (record) => record.live && !this.limited.has(record.id) && record.person !== null && this.living(record.person) === person,
    );
    if (revealing.length > 0) return revealing.some((record) => this.seesRecord(user, record));
    return this.seesOwner(user, this.makers.get(person) ?? null);
  }

  seesSaid(user: Somebody, { names, person }: Said): boolean {
    const named = this.records.filter(({ id }) => names.includes(id));
    if (named.length > 0) return named.some((record) => this.seesRecord(user, record));
    return person === null || this.seesPerson(user, person);
  }

  /** A record is made by somebody, of a person who was there before unless `isNew`. */
  made(by: Somebody, { id, person }: { id: string; person: string | null }, isNew: boolean): void {
    if (person !== null && !isNew && !this.seesPerson(by, person)) this.limited.add(id);
  }
}

export const oneOf = <T>(random: Random, some: readonly T[]): T | undefined => some[Math.floor(random() * some.length)];
