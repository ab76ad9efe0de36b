/** Pure rules for participants who are invited by mail: contacts and persons. */

interface ParticipantFields {
  user_id?: string | null | undefined;
  contact_id?: string | null | undefined;
  person_id?: string | null | undefined;
  participant_type: string;
  response_status: string;
  responded_at?: string | null | undefined;
}

/** The fields of an activity that an invitation contains, or that decide when it is sent. */
export interface InvitationActivity<P extends ParticipantFields = ParticipantFields> {
  send_invitations: boolean;
  subject: string;
  status: string;
  start_datetime: string | null;
  end_datetime: string | null;
  duration_minutes: number | null;
  due_date: string | null;
  due_time: string | null;
  due_at: string | null;
  meeting_location: string | null;
  invitation_text: string | null;
  assigned_to_id: string | null;
  created_by: string;
  deleted_at: string | null;
  participants: readonly P[];
}

/** Returns the participants who are not users. */
export const listExternalParticipants = <P extends ParticipantFields>({ participants }: { participants: readonly P[] }): P[] =>
  participants.filter(({ user_id }) => !user_id);

const externalParticipantId = ({ contact_id, person_id }: ParticipantFields): string => contact_id ?? person_id ?? "";

/** Returns the user who invites: the participant of type ORGANIZER, or else the assignee, or else the creator. */
export const findOrganizer = ({ participants, assigned_to_id, created_by }: InvitationActivity): string =>
  participants.find(({ participant_type, user_id }) => participant_type === "ORGANIZER" && user_id)?.user_id ??
  assigned_to_id ??
  created_by;

/** Tells whether the activity no longer takes place. */
export const isCalledOff = ({ status, deleted_at }: Pick<InvitationActivity, "status" | "deleted_at">): boolean =>
  status === "CANCELLED" || deleted_at !== null;

type TimeFields = Pick<
  InvitationActivity,
  "start_datetime" | "end_datetime" | "duration_minutes" | "due_date" | "due_time" | "due_at"
>;

const pickTime = ({ start_datetime, end_datetime, duration_minutes, due_date, due_time, due_at }: TimeFields) =>
  start_datetime ? [start_datetime, end_datetime ?? duration_minutes ?? 0] : due_time ? [due_at] : [due_date];

/** Serializes the content of an invitation. A participant who already received the same content is not invited again. */
export const serializeInvitation = (activity: InvitationActivity): string =>
  JSON.stringify([
    activity.subject,
    pickTime(activity),
    activity.meeting_location ?? null,
    activity.invitation_text ?? null,
    findOrganizer(activity),
  ]);

/** Returns whether a change concerns invited participants: the content of the invitation, or who is invited. */
export function affectsInvitations(after: InvitationActivity, before?: InvitationActivity): boolean {
  const known = (activity: InvitationActivity): string =>
    JSON.stringify([
      activity.send_invitations,
      isCalledOff(activity),
      serializeInvitation(activity),
      listExternalParticipants(activity).map(externalParticipantId),
    ]);
  const someone = [after, before].some((activity) => activity && listExternalParticipants(activity).length > 0);
  return after.send_invitations && someone && (before === undefined || known(after) !== known(before));
}

/** Lists the answers of external participants, each with its time. */
export const listAnswers = (activity: { participants: readonly ParticipantFields[] }): string[] =>
  listExternalParticipants(activity).flatMap((externalParticipant) =>
    externalParticipant.responded_at
      ? [
          `${externalParticipantId(externalParticipant)} ${externalParticipant.response_status} ${externalParticipant.responded_at}`,
        ]
      : [],
  );

/**
 * Returns the participants after a change. If the time moved, earlier answers are reset to NO_RESPONSE, unless the change itself
 * contains a new answer.
 */
export function resetMovedAnswers<P extends ParticipantFields>(
  next: TimeFields & { send_invitations: boolean; participants: readonly P[] },
  before: (TimeFields & { participants: readonly ParticipantFields[] }) | undefined,
): P[] {
  const isMoved =
    before !== undefined && next.send_invitations && JSON.stringify(pickTime(next)) !== JSON.stringify(pickTime(before));
  if (!isMoved) return [...next.participants];
  const previousAnswers = new Set(listAnswers(before));
  const isOld = (participant: P): boolean =>
    listAnswers({ participants: [participant] }).some((answer) => previousAnswers.has(answer));
  return next.participants.map((participant) =>
    isOld(participant)
      ? { ...participant, response_status: "NO_RESPONSE", response_comment: null, responded_at: null }
      : participant,
  );
}
