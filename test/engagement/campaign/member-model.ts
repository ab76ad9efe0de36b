/**
 * A model of the members of campaigns in memory: one object for each membership, changed by facts in the order in which the system handles them.
 * It follows docs/engagement/campaigns.md and shares no code with the system.
 */

export const steps = ["sent", "opened", "clicked", "responded", "converted"] as const;
export const instantNames = [...steps, "bounced", "opted_out"] as const;
type InstantName = (typeof instantNames)[number];
type Instants = Partial<Record<InstantName, string>>;

export interface ModelMember {
  id: string;
  campaign: string;
  /** The person for whom the member was added. */
  owner: string;
  added_at: string;
  isLive: boolean;
  mergedInto: string | null;
  instants: Instants;
  /** The first instant of each kind and source. */
  responses: Map<string, string>;
}

const earliest = (a: string | null | undefined, b: string | null | undefined): string | undefined =>
  [a, b].filter((instant) => typeof instant === "string").sort()[0];

export class MemberModel {
  readonly members = new Map<string, ModelMember>();
  /** The survivor of each merged person. */
  readonly survivors = new Map<string, string>();
  /** Whether only mails are refused by an opt-out of a campaign, by campaign. */
  readonly isMailing: ReadonlyMap<string, boolean>;
  /** When a person refused: by mail, and by text message. */
  readonly findRefusal: (person: string, isMailing: boolean) => string | undefined;

  constructor(isMailing: ReadonlyMap<string, boolean>, findRefusal: MemberModel["findRefusal"]) {
    this.isMailing = isMailing;
    this.findRefusal = findRefusal;
  }

  resolve(person: string): string {
    const survivor = this.survivors.get(person);
    return survivor === undefined ? person : this.resolve(survivor);
  }

  isSame(a: string, b: string): boolean {
    return this.resolve(a) === this.resolve(b);
  }

  live(): ModelMember[] {
    return [...this.members.values()].filter(({ isLive }) => isLive);
  }

  find(campaign: string, person: string): ModelMember | undefined {
    return this.live().find((member) => member.campaign === campaign && this.isSame(member.owner, person));
  }

  /** Adds a member, or makes it live again, as the system answered. */
  add(answer: { id: string; campaign_id: string; personal_key_id: string; added_at: string; sent_at: string | null }): void {
    const known = this.members.get(answer.id);
    const member: ModelMember = known ?? {
      ...{ id: answer.id, campaign: answer.campaign_id, owner: answer.personal_key_id, added_at: answer.added_at },
      ...{ isLive: true, mergedInto: null, instants: {}, responses: new Map() },
    };
    member.isLive = true;
    if (!known && !this.isMailing.get(member.campaign)) member.instants.sent = member.added_at;
    this.members.set(member.id, member);
    this.#optOut(member);
  }

  remove(id: string): void {
    const member = this.members.get(id);
    if (member) member.isLive = false;
  }

  /** Sets instants of the member of a person, if the person is one. The earliest instant stays. */
  report(campaign: string, person: string, instants: Partial<Record<InstantName, string | null>>): void {
    const member = this.find(campaign, person);
    if (member) this.#join(member, instants);
  }

  /** Records a response. A repeated one has the instant of the first. */
  respond(campaign: string, person: string, { kind, source, at }: { kind: string; source: string; at: string }): void {
    const member = this.find(campaign, person);
    if (!member) return;
    const first = member.responses.get(`${kind} ${source}`) ?? at;
    member.responses.set(`${kind} ${source}`, first);
    const instants: Record<string, Partial<Record<InstantName, string>>> = {
      OPENED: { opened: first },
      CLICKED: { clicked: first },
      PURCHASED: { responded: first, converted: first },
    };
    this.#join(member, instants[kind] ?? { responded: first });
  }

  merge(survivor: string, merged: string): void {
    this.survivors.set(merged, survivor);
    this.#reconcile(survivor);
  }

  unmerge(survivor: string, merged: string): void {
    this.survivors.delete(merged);
    for (const person of [survivor, merged]) this.#reconcile(this.resolve(person));
  }

  /** Notes the refusals of a person in their memberships. */
  refuse(person: string): void {
    for (const member of this.live()) if (this.isSame(member.owner, person)) this.#optOut(member);
  }

  #optOut(member: ModelMember): void {
    const refusal = this.findRefusal(this.resolve(member.owner), this.isMailing.get(member.campaign) === true);
    if (refusal !== undefined) member.instants.opted_out ??= refusal;
  }

  #join(member: ModelMember, instants: Partial<Record<InstantName, string | null>>): void {
    for (const name of instantNames) {
      const instant = earliest(member.instants[name], instants[name]);
      if (instant !== undefined) member.instants[name] = instant;
    }
  }

  /** Gives separated persons their members back, and leaves one live member of a person in each campaign: the one that was added first. */
  #reconcile(person: string): void {
    const own = [...this.members.values()].filter(({ owner }) => this.isSame(owner, person));
    for (const member of own) {
      const into = member.mergedInto === null ? undefined : this.members.get(member.mergedInto);
      if (into && !this.isSame(into.owner, person)) Object.assign(member, { isLive: true, mergedInto: null });
    }
    for (const members of Map.groupBy(
      own.filter(({ isLive }) => isLive),
      ({ campaign }) => campaign,
    ).values()) {
      const [first, ...others] = members.sort((a, b) => (a.added_at + a.id < b.added_at + b.id ? -1 : 1));
      for (const other of others) {
        if (!first) break;
        this.#join(first, other.instants);
        for (const [name, at] of other.responses) if (!first.responses.has(name)) first.responses.set(name, at);
        Object.assign(other, { isLive: false, mergedInto: first.id });
      }
    }
    this.refuse(person);
  }
}

export interface ModelState {
  status: string;
  is_active: boolean;
  inactive_reason: string | null;
}

/** The state that follows from the instants of a member. */
export function deriveState({ instants }: Pick<ModelMember, "instants">): ModelState {
  const furthest = steps.findLast((step) => instants[step] !== undefined) ?? "added";
  const inactive_reason = instants.opted_out ? "OPTED_OUT" : instants.bounced ? "BOUNCED" : null;
  return { status: furthest.toUpperCase(), is_active: inactive_reason === null, inactive_reason };
}
