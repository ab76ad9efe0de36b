import { Clock } from "../../kernel/clock.ts";

/** Files of sample data, one for each entity. Their addresses belong to a domain that receives no mail (RFC 2606). */

export interface SampleFile {
  readonly entity: string;
  /** The columns are fields. */
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** The tag by which users find sample records in lists. Their import marks them. */
const TAG = "Sample";

const leads = [
  ["Mina", "Okafor", "Brightwater Foods", "Head of Purchasing", "new", "web"],
  ["Jonas", "Lindqvist", "Nordlicht Logistics", "Managing Director", "new", "referral"],
  ["Aiko", "Tanabe", "Tanabe Instruments", "Operations Manager", "contacted", "web"],
  ["Lucía", "Ferrero", "Ferrero & Hijos", "Owner", "contacted", "referral"],
  ["Omar", "Haddad", "Cedar Clinics", "Facility Manager", "contacted", "web"],
  ["Chloé", "Marchand", "Atelier Marchand", "Founder", "qualified", "referral"],
  ["Wei", "Zhang", "Jade Harbour Shipping", "Finance Director", "qualified", "web"],
  ["Greta", "Baumann", "Baumann Solar", "Sales Manager", "qualified", "referral"],
  ["Samuel", "Adeyemi", "Adeyemi Motors", "Fleet Manager", "new", "web"],
  ["Hannah", "Price", "Price & Partners", "Partner", "contacted", "web"],
] as const;

const customers = [
  ["Harbourline Ltd.", "https://harbourline.example.com", "Leith"],
  ["Kiefer Maschinenbau GmbH", "https://kiefer.example.com", "Ulm"],
  ["Sakura Design Co.", "https://sakura.example.com", "Kyoto"],
  ["Olivar del Sur S.L.", "https://olivar.example.com", "Jaén"],
  ["Maple Ridge Clinics", "https://mapleridge.example.com", "Halifax"],
] as const;

/** Name, stage, amount, and days until the expected close. */
const opportunities = [
  ["Harbourline: fleet cover", "prospecting", "18500.00", 60],
  ["Kiefer: machine cover", "prospecting", "42000.00", 75],
  ["Sakura: office package", "qualification", "9600.00", 45],
  ["Olivar: harvest cover", "qualification", "27300.00", 50],
  ["Maple Ridge: liability", "needs_analysis", "61000.00", 40],
  ["Nordlicht: cargo", "proposal", "33800.00", 21],
  ["Baumann: solar park", "proposal", "88000.00", 30],
  ["Cedar: renewal", "negotiation", "24750.00", 10],
] as const;

const toDay = (days: number): string => Clock.addSeconds(days * 24 * 60 * 60).slice(0, 10);

const toEmail = (first: string, last: string): string =>
  `${first}.${last}@example.com`.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export const buildSampleFiles = (): SampleFile[] => [
  {
    entity: "leads",
    rows: leads.map(([first_name, last_name, company, job_title, lead_status_id, lead_source_id]) => ({
      ...{ first_name, last_name, company, job_title, lead_status_id, lead_source_id },
      email: toEmail(first_name, last_name),
      tags: TAG,
    })),
  },
  {
    entity: "customers",
    rows: customers.map(([name, website, city]) => ({
      customer_type: "business",
      name,
      website,
      description: `A customer in ${city}`,
      tags: TAG,
    })),
  },
  {
    entity: "opportunities",
    rows: opportunities.map(([name, stage_id, amount, days]) => ({ name, stage_id, amount, close_date: toDay(days), tags: TAG })),
  },
];
