import type { RouteComponent } from "@tanstack/react-router";
import type { ComponentType, ReactNode } from "react";
import type { Translate } from "../ui/i18n/use-text.ts";
import type { ConsoleRecord } from "./console-record.ts";
import type { Action, Kind, ListQuery } from "./kind.ts";

/**
 * What the pages of a kind of record have beyond those of every kind, or the pages of a domain that are of no kind. Each domain declares it in
 * `pages/<area>/<domain>/<name>.page.ts`, and `pages/pages.ts` lists them. Every page of the console loads all manifests, so they hold only data and loaders
 * (`part`). Everything is optional: what the schema says is not said again.
 */
export interface PageManifest {
  readonly kind?: string;
  /** Pages of their own, by their addresses below `/crm`. */
  readonly routes?: Readonly<Record<string, RouteComponent>>;
  /** Addresses of pages that are those of another area too, and the address there. Both show the same tab and the same entry of the menu. */
  readonly areaPaths?: Readonly<Record<string, string>>;
  /** Pages that stand beside each other, as tabs above each of them. */
  readonly neighbors?: NeighborPages;
  readonly list?: ListParts;
  readonly creation?: Creation;
  readonly record?: RecordParts;
  /** The operations that join two records into one, and take that back. */
  readonly merging?: { readonly merge: string; readonly unmerge: string };
  readonly importing?: Importing;
  /** The records that actions create, by the name of the action. */
  readonly results?: Readonly<Record<string, readonly CreatedRecord[]>>;
  /** The shape of the avatar: a person or a company. Records of other kinds have none. */
  readonly avatar?: "round" | "square";
  /** Whether its records can be named once for many records, such as an owner. */
  readonly isNamedForMany?: boolean;
  /** Whether every tenant starts with records of the kind, so that their names have the language of the page. */
  readonly hasTranslatedNames?: boolean;
  /** Whether events of the kind are in the feed. */
  readonly isInFeed?: boolean;
  /** Whether its records take comments, but have no followers in the API. */
  readonly hasNoFollowers?: boolean;
  /** Where a signed-in user changes when they are there. The menu of the user opens it. */
  readonly ownAvailability?: ComponentType<OwnAvailabilityProps>;
  /** The dialogs of actions, by the name of the action. */
  readonly dialogs?: Readonly<Record<string, ComponentType<ActionDialogProps>>>;
}

interface Importing {
  /** Whether a row may name a record that exists already. A row of another kind always becomes a record of its own. */
  readonly canExist?: boolean;
  /** Whether a row replaces what it names, if the request says nothing. */
  readonly replaces?: boolean;
}

/** The kind of a record that an action creates, and where the answer has its id. */
type CreatedRecord = readonly [kind: string, ...path: string[]];

interface NeighborPages {
  readonly list: (t: Translate) => { readonly label: string; readonly pages: readonly NeighborPage[] };
  /** The ids of the pages that are displays of the list of the kind: `{ list: "list", board: "pipeline" }`. Other displays stand by themselves. */
  readonly displays: Readonly<Record<string, string>>;
}

interface NeighborPage {
  readonly id: string;
  readonly label: string;
  readonly href: string;
}

interface ListParts {
  /** What the path of the kind opens in place of the list, which is at `/all` then. */
  readonly startPage?: { readonly path: string; readonly page: RouteComponent };
  /** A display that other kinds do not have. */
  readonly display?: OwnDisplay;
  /** Another way to create a record, beside the button of the head. */
  readonly creationButton?: ComponentType<{ readonly kind: Kind }>;
}

export interface OwnDisplay {
  readonly mode: "ageing" | "performance" | "desk";
  readonly view: ComponentType<OwnDisplayProps>;
  /** Whether the path of the kind opens it. */
  readonly isUsual?: boolean;
}

/** What a display of its own needs of the list. */
export interface OwnDisplayProps {
  readonly kind: Kind;
  /** Filters, search and order of the list. */
  readonly query: ListQuery;
  /** The queue in the address. */
  readonly queue: string | undefined;
  readonly onQueue: (queue: string) => void;
  /** Search and filters of the list. */
  readonly tools: ReactNode;
}

type Values = Readonly<Record<string, unknown>>;

export type OwnerSetting = "new_lead_owner" | "new_customer_owner" | "new_opportunity_owner";

export interface Creation {
  /** The address of the page that creates a record, in place of the form beside the list. */
  readonly page?: string;
  /** The form in place of that of the schema. */
  readonly form?: ComponentType<CreationProps>;
  /** The setting of the organization that says who owns a new record. */
  readonly ownerSetting?: OwnerSetting;
  /** Whether a new record is opened, because its page has the editor of what it is for. */
  readonly isFinishedOnPage?: boolean;
  /** With what a new record begins, if the API has no default that people would choose. */
  readonly firstValues?: (t: Translate, today: string) => Values;
}

interface CreationProps {
  readonly kind: Kind;
  /** What a user called the record that is to be created. */
  readonly name: string;
  /** Values of the new record, such as the record that it belongs to. */
  readonly preset: Values;
  /** Takes the new record in place of opening it. */
  readonly onCreated?: (record: ConsoleRecord) => void;
  readonly onClose: () => void;
}

interface OwnAvailabilityProps {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
}

interface RecordPartProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

interface RecordFrameProps extends RecordPartProps {
  /** The parts that every record has. */
  readonly details: ReactNode;
}

interface ActionDialogProps extends RecordPartProps {
  readonly action: Action;
  readonly onClose: () => void;
}

interface RecordParts {
  /** Stands around the parts that every record has. */
  readonly frame?: ComponentType<RecordFrameProps>;
  /** Whether the frame begins with the parts that every record has. */
  readonly isOverviewFirst?: boolean;
  /** The messages that the frame shows. They are read with the record. */
  readonly thread?: ThreadSource;
  /** In place of the tables of lists of objects. */
  readonly tables?: ComponentType<RecordPartProps>;
  /** The tabs of a frame that shows them as the pages of sales do. */
  readonly tabs?: FrameTabs;
  /** What else the frame shows, so the details and the cards beside the record leave it out. */
  readonly shows?: ShownParts;
  /** What becomes of its records. */
  readonly outcomes?: readonly OutcomeFields[];
  /** Whether the page has room for cards of what a record became, beside the list of its last result. */
  readonly hasOutcomeCards?: boolean;
  /** Documents stand in the timeline of the records that they belong to: the field with the instant of their present status. */
  readonly timelineInstant?: string;
  /** Whether customers are answered on the record itself, so that the composer writes no mails. */
  readonly isAnswered?: boolean;
  /** What an invitation calls the record, if it can be invited itself. */
  readonly invitedAs?: string;
  /** Whether the statuses are no path from the first to the last one. */
  readonly hasNoPath?: boolean;
  /** Stages that interrupt the path. It goes on after them. */
  readonly sideStages?: readonly string[];
}

export type OutcomeName = "converted" | "merged" | "split";

interface OutcomeFields {
  readonly name: OutcomeName;
  /** The references to what the record became. It has this outcome if one of them has a value. */
  readonly links: readonly string[];
  /** The instant of it, if the record has one of its own. */
  readonly at?: string;
}

interface ThreadSource {
  /** The last part of the path. */
  readonly list: string;
  /** The kind of the messages, by which changes of others are noticed. */
  readonly messageKind: string;
  readonly query: Readonly<Record<string, string | number>>;
}

interface FrameTabs {
  /** Lists of objects inside the record, with the columns of their tables. */
  readonly parts?: Readonly<Record<string, readonly string[]>>;
  /** Related records, by the names of their lists in the schema. */
  readonly lists?: readonly string[];
  /** Whether files have a tab in place of the card beside the record. */
  readonly hasFiles?: boolean;
}

interface ShownParts {
  readonly fields?: readonly string[];
  /** The records whose frame shows these fields. Undefined: all. */
  readonly fieldsWhen?: (record: ConsoleRecord) => boolean;
  /** Kinds of related records, and names of other lists. */
  readonly lists?: readonly string[];
}

/** Declares pages: the type of a manifest, where it is written. */
export const definePage = (manifest: PageManifest): PageManifest => manifest;

let manifests: readonly PageManifest[] = [];
let byKind: ReadonlyMap<string, PageManifest> = new Map();
let areaPaths: ReadonlyMap<string, string> = new Map();

/** Makes the pages known, before the first of them is shown. Generic pages ask for them by kind, and so name none. */
export function registerPages(pages: readonly PageManifest[]): void {
  manifests = pages;
  byKind = new Map(pages.flatMap((page) => (page.kind === undefined ? [] : [[page.kind, page] as const])));
  areaPaths = new Map(pages.flatMap((page) => Object.entries(page.areaPaths ?? {})));
}

const NONE: PageManifest = {};

/** Returns what a kind has of its own. */
export const findPages = (kind: string | undefined): PageManifest => byKind.get(kind ?? "") ?? NONE;

/** Lists the kinds whose manifests meet a condition, in the order of their areas. */
export const listKinds = (holds: (page: PageManifest) => unknown): string[] =>
  [...byKind].flatMap(([kind, page]) => (holds(page) ? [kind] : []));

/** Returns the page that the path of a kind opens in place of its list. */
export const findStartPage = (path: string): RouteComponent | undefined =>
  manifests.find(({ list }) => list?.startPage?.path === path)?.list?.startPage?.page;

/** Returns the address of a page in its area. */
export const toAreaPath = (path: string): string => areaPaths.get(path) ?? path;
