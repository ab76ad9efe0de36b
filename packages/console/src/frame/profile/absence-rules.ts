import type { Translate } from "../../ui/i18n/use-text.ts";

/** Absences of a user, as the availability has them. */

interface Absence {
  readonly from: string;
  readonly to?: string | null;
  readonly reassign?: boolean;
  readonly stand_in_id?: string | null;
}

export interface Availability {
  readonly user_id: string;
  readonly absences: readonly Absence[];
}

export const findCurrentAbsence = ({ absences }: Availability, now: string): Absence | undefined =>
  absences.find(({ from, to }) => from <= now && (!to || now < to));

/** Ends an absence now. One that has just begun is taken away. */
export const endAbsence = (availability: Availability, ended: Absence, now: string): readonly Absence[] =>
  availability.absences.flatMap((absence) =>
    absence.from !== ended.from ? [absence] : absence.from < now ? [{ ...absence, to: now }] : [],
  );

interface Lookups {
  readonly nameUser: (id: string) => Promise<string | null>;
  readonly formatInstant: (at: string) => string;
  readonly countRows: (path: string, query: Readonly<Record<string, string | boolean>>) => Promise<{ readonly total: number }>;
}

/** Says what a saved absence does: how much work moves, to whom and when; or that work that has moved stays where it is. */
export async function describeSavedAbsences(
  { before, after, now }: { readonly before: Availability; readonly after: Availability; readonly now: string },
  { nameUser, formatInstant, countRows }: Lookups,
  t: Translate,
): Promise<string> {
  const ended = findCurrentAbsence(before, now);
  if (ended?.reassign && !findCurrentAbsence(after, now)) return t("You can get work again. Work that moved stays where it is.");
  const known = new Set(before.absences.map((absence) => JSON.stringify(absence)));
  const added = after.absences.find((absence) => !known.has(JSON.stringify(absence)) && (!absence.to || absence.to > now));
  if (!added) return t("Availability was saved");
  const name = added.stand_in_id ? await nameUser(added.stand_in_id) : null;
  const time = added.from <= now ? t("now") : formatInstant(added.from);
  if (!added.reassign) return name === null ? t("Availability was saved") : t("{name} gets new work ({time})", { name, time });
  const owner = after.user_id;
  const [tickets, activities] = await Promise.all([
    countRows("/api/v1/support/tickets", { owner, is_resolved: false }),
    countRows("/api/v1/activities", { owner, is_completed: false }),
  ]);
  const counts = { tickets: tickets.total, activities: activities.total, time };
  return name === null
    ? t("The open work is handed over ({time}). Tickets: {tickets}, activities: {activities}", counts)
    : t("{name} gets the open work ({time}). Tickets: {tickets}, activities: {activities}", { ...counts, name });
}
