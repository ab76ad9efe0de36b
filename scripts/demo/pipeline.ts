/** The opportunities of the demo, each with the days on which it came into its stages, and what is planned for it. */

/** An activity of this week (0) or the next (1), on a weekday from 1 (Monday) to 5. */
export interface PlannedActivity {
  readonly week: 0 | 1;
  readonly weekday: 1 | 2 | 3 | 4 | 5;
  /** On the clock of the office. */
  readonly time: string;
  readonly type: "call" | "meeting" | "task";
  readonly subject: string;
  readonly minutes?: number;
  readonly location?: string;
}

export interface Sale {
  readonly name: string;
  readonly company: string;
  readonly amount: string;
  /** The index of the owner in `staff`. */
  readonly owner: number;
  /** The days ago on which the stages after the first one began, in their order. */
  readonly stageDaysAgo: readonly number[];
  readonly createdDaysAgo: number;
  /** From today; negative: the expected date is over. */
  readonly closesInDays: number;
  readonly activities: readonly PlannedActivity[];
  /** How it ended. Without it, the sale is open. */
  readonly end?: SaleEnd;
}

interface SaleEnd {
  readonly daysAgo: number;
  readonly isWon: boolean;
  /** The code of a reason for wins or losses. */
  readonly reason: string;
}

/** The stages after the first one. Opportunities pass them in this order. */
export const laterStages = ["qualification", "needs_analysis", "proposal", "negotiation"] as const;

const [INES, DUNCAN, YUKI, PIOTR, AMARA, LUIS] = [2, 3, 4, 5, 6, 7];

const plan = (
  type: PlannedActivity["type"],
  week: PlannedActivity["week"],
  weekday: PlannedActivity["weekday"],
  time: string,
  subject: string,
  more: { minutes?: number; location?: string } = {},
): PlannedActivity => ({ type, week, weekday, time, subject, ...more });

const sale = (
  [name, company, amount]: readonly [name: string, company: string, amount: number],
  owner: number,
  [createdDaysAgo, closesInDays]: readonly [createdDaysAgo: number, closesInDays: number],
  stageDaysAgo: Sale["stageDaysAgo"],
  ...activities: readonly PlannedActivity[]
): Sale => ({ name, company, amount: `${amount}.00`, owner, createdDaysAgo, closesInDays, stageDaysAgo, activities });

export const sales: readonly Sale[] = [
  sale(
    ["Fleet cover for 24 vans", "Meridian Logistics", 48_600],
    YUKI,
    [61, 12],
    [50, 37, 20, 6],
    plan("meeting", 0, 2, "10:00", "Terms with Meridian Logistics", { minutes: 60, location: "Their office" }),
    plan("call", 0, 5, "14:00", "Last questions on the fleet cover", { minutes: 30 }),
    plan("meeting", 1, 2, "11:00", "Sign with Meridian Logistics", { minutes: 45, location: "Room Lighthouse" }),
  ),
  sale(
    ["Cold store cover", "Saltmarsh Foods", 31_250],
    INES,
    [44, 9],
    [40, 28, 8],
    plan("meeting", 0, 1, "10:00", "Tour of the cold store", { minutes: 90, location: "Saltmarsh, hall 3" }),
    plan("task", 0, 4, "12:00", "Send the revised offer to Saltmarsh"),
    plan("meeting", 0, 5, "11:00", "Go through the offer", { minutes: 45, location: "Video call" }),
    plan("call", 1, 3, "09:30", "Decision of Saltmarsh Foods", { minutes: 15 }),
  ),
  sale(
    ["Cover for three hotels", "Westhaven Hotels", 22_400],
    YUKI,
    [30, 21],
    [22, 9],
    plan("meeting", 0, 3, "13:00", "Visit the hotel at the quay", { minutes: 90, location: "Westhaven, Pier 4" }),
    plan("call", 1, 1, "10:00", "Call about the survey", { minutes: 20 }),
  ),
  sale(
    ["Liability for the new site", "Ironbridge Builders", 67_900],
    PIOTR,
    [72, 18],
    [66, 49, 31, 12],
    plan("meeting", 0, 1, "14:00", "Numbers with the site manager", { minutes: 60, location: "Ironbridge, gate 2" }),
    plan("task", 1, 1, "12:00", "Check the new limits with underwriting"),
  ),
  sale(
    ["Cyber cover", "Cobalt Software", 18_900],
    PIOTR,
    [19, 33],
    [11],
    plan("call", 0, 4, "15:00", "Questions of their IT manager", { minutes: 30 }),
    plan("meeting", 1, 4, "10:30", "Demonstration for Cobalt", { minutes: 60, location: "Video call" }),
  ),
  sale(
    ["Renewal of the clinic cover", "Fernhill Clinics", 39_000],
    INES,
    [38, 5],
    [33, 23, 14, 3],
    plan("meeting", 0, 2, "14:00", "Renewal: first round", { minutes: 60, location: "Fernhill, reception" }),
    plan("call", 0, 3, "11:30", "Renewal: what has changed", { minutes: 30 }),
    plan("meeting", 0, 4, "10:00", "Terms with our underwriter", { minutes: 60, location: "Room Harbour" }),
    plan("meeting", 0, 5, "09:30", "Renewal with Fernhill Clinics", { minutes: 60, location: "Room Lighthouse" }),
    plan("task", 1, 1, "15:00", "Send the contract to Fernhill"),
  ),
  sale(
    ["Solar park, first phase", "Brightwater Energy", 84_500],
    YUKI,
    [9, 75],
    [],
    plan("call", 1, 1, "13:30", "First call", { minutes: 30 }),
  ),
  sale(
    ["Cover for the school buses", "Oakmere Schools", 12_800],
    YUKI,
    [26, -3],
    [20, 15],
    plan("task", 0, 2, "16:00", "Ask for the list of drivers"),
  ),
  sale(
    ["Stock cover, two halls", "Granary Foods", 15_300],
    PIOTR,
    [33, 16],
    [27, 17, 7],
    plan("call", 0, 5, "16:00", "Answer to the offer", { minutes: 15 }),
  ),
  sale(
    ["Machine breakdown cover", "Kestrel Machines", 27_600],
    PIOTR,
    [14, 48],
    [5],
    plan("meeting", 1, 2, "14:00", "Tour of the works", { minutes: 120, location: "Kestrel, hall 1" }),
  ),
  sale(
    ["Travel cover for consultants", "Juniper Consulting", 6_400],
    INES,
    [6, 40],
    [],
    plan("call", 0, 5, "15:00", "Who travels, and where", { minutes: 30 }),
  ),
  sale(
    ["Cargo cover", "Tidewater Logistics", 54_200],
    INES,
    [12, 60],
    [4],
    plan("meeting", 0, 3, "14:00", "Kick-off with Tidewater", { minutes: 60, location: "Video call" }),
    plan("call", 0, 4, "15:30", "List of ships", { minutes: 30 }),
    plan("meeting", 1, 3, "13:00", "Routes and cargo", { minutes: 60, location: "Video call" }),
  ),
  sale(["Shop cover, five branches", "Larkspur Retail", 9_700], YUKI, [4, 52], []),
  sale(
    ["Home care liability", "Willowbank Clinics", 14_100],
    PIOTR,
    [41, 24],
    [34, 17],
    plan("call", 1, 2, "09:00", "Gaps in the present cover", { minutes: 30 }),
  ),
  sale(
    ["Warehouse at the port", "Quayside Logistics", 43_000],
    AMARA,
    [23, 28],
    [16, 8],
    plan("meeting", 1, 1, "10:00", "Inspection of the warehouse", { minutes: 90, location: "Port, berth 7" }),
  ),
  sale(
    ["Event cover", "Driftway Hotels", 8_200],
    LUIS,
    [17, 10],
    [12, 8, 4],
    plan("call", 0, 5, "10:30", "Dates of the season", { minutes: 15 }),
  ),
  sale(
    ["Wind park, renewal", "Northwind Energy", 92_000],
    DUNCAN,
    [80, 15],
    [71, 50, 30, 10],
    plan("meeting", 1, 2, "15:30", "Premium for the next year", { minutes: 60, location: "Room Harbour" }),
  ),
  sale(["Cover for tablets", "Redfern Schools", 5_900], AMARA, [8, 55], []),
];

const wonReasons: ReadonlySet<string> = new Set(["best_price", "best_fit", "relationship"]);

const closedSale = (
  [name, company, amount]: readonly [name: string, company: string, amount: number],
  owner: number,
  [createdDaysAgo, endedDaysAgo]: readonly [createdDaysAgo: number, endedDaysAgo: number],
  stageDaysAgo: Sale["stageDaysAgo"],
  reason: string,
): Sale => ({
  ...sale([name, company, amount], owner, [createdDaysAgo, 7 - endedDaysAgo], stageDaysAgo),
  end: { daysAgo: endedDaysAgo, isWon: wonReasons.has(reason), reason },
});

/** Sales that ended in the last four months, so that figures of this quarter and the one before have wins, losses and a win rate. */
export const closedSales: readonly Sale[] = [
  closedSale(["Fleet cover, 12 trucks", "Gantry Transport", 28_400], YUKI, [58, 4], [50, 36, 19, 9], "best_price"),
  closedSale(["Practice cover", "Elmgrove Clinics", 11_900], INES, [46, 8], [40, 29, 15], "relationship"),
  closedSale(["Data centre cover", "Basalt Software", 52_000], PIOTR, [91, 13], [80, 62, 40, 22], "price_too_high"),
  closedSale(["Harvest cover", "Fallowfield Foods", 17_300], YUKI, [64, 19], [57, 44, 27], "best_fit"),
  closedSale(["Crane liability", "Stonehaven Builders", 33_800], AMARA, [77, 26], [70, 51, 36], "best_price"),
  closedSale(["Trip cancellation", "Fairwind Travel", 7_600], LUIS, [52, 33], [47, 40], "timing"),
  closedSale(["Ferry hull cover", "Skerry Ferries", 61_500], DUNCAN, [130, 48], [118, 97, 75, 58], "relationship"),
  closedSale(["School trips", "Hazelbrook Schools", 4_900], INES, [88, 61], [80, 70], "no_budget"),
  closedSale(["Bakery chain", "Rosemary Retail", 13_700], PIOTR, [121, 79], [112, 100, 88], "best_price"),
  closedSale(["Biogas plant", "Marshlight Energy", 39_200], YUKI, [160, 104], [149, 132, 118], "best_fit"),
];

/** What a salesperson has to do today, and what is late: each for one of the person's opportunities. */
export const dailyWork: readonly {
  readonly subject: string;
  readonly type: PlannedActivity["type"];
  readonly inDays: number;
  readonly time: string;
  readonly minutes?: number;
  readonly isInternal?: boolean;
}[] = [
  { subject: "Send the minutes of the visit", type: "task", inDays: -3, time: "12:00" },
  { subject: "Ask for last year's claims", type: "task", inDays: -1, time: "17:00" },
  { subject: "Check the discount with Duncan", type: "task", inDays: 0, time: "16:30" },
  { subject: "Update the close date", type: "task", inDays: 0, time: "20:00" },
  { subject: "Prepare Monday's visit", type: "task", inDays: 0, time: "21:00" },
  { subject: "Weekly pipeline review", type: "meeting", inDays: 0, time: "17:00", minutes: 30, isInternal: true },
];

/** The salespeople with daily work: indexes in `staff`. */
export const busyStaff = [INES, YUKI, PIOTR] as const;

/** A small demo has few new leads. */
export const LEADS_PER_NEW_LEAD = 4;

/** The leads of today: where they come from, how far they are, and their score. */
export const newLeads: readonly {
  readonly source: string;
  readonly status: "new" | "contacted" | "qualified" | "disqualified";
  readonly score: number;
}[] = [
  { source: "web", status: "new", score: 34 },
  { source: "referral", status: "qualified", score: 91 },
  { source: "webinar", status: "new", score: 22 },
  { source: "partner", status: "contacted", score: 58 },
  { source: "web", status: "new", score: 41 },
  { source: "event", status: "contacted", score: 67 },
  { source: "web", status: "qualified", score: 84 },
  { source: "phone", status: "contacted", score: 49 },
  { source: "campaign", status: "new", score: 18 },
  { source: "referral", status: "contacted", score: 73 },
  { source: "web", status: "new", score: 29 },
  { source: "social_media", status: "disqualified", score: 12 },
  { source: "partner", status: "qualified", score: 88 },
  { source: "web", status: "contacted", score: 52 },
  { source: "event", status: "new", score: 37 },
  { source: "referral", status: "contacted", score: 61 },
  { source: "web", status: "new", score: 26 },
  { source: "phone", status: "qualified", score: 79 },
];
