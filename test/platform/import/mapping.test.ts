import { type Field, fieldLabel, listFields } from "@crm/core/kernel/field.ts";
import { date, email, id, instant, phone, text } from "@crm/core/kernel/schema.ts";
import type { Cell } from "@crm/core/lib/spreadsheet/cell.ts";
import { addressFields, fields as personShape } from "@crm/core/people/person/person.entity.ts";
import { headerWords } from "@crm/core/platform/import/header.rules.ts";
import { suggestMapping } from "@crm/core/platform/import/mapping.rules.ts";
import { synonyms } from "@crm/core/platform/import/synonyms.ts";
import { USER } from "@crm/core/platform/user/user.kind.ts";
import { fields as leadShape } from "@crm/core/sales/lead/lead.entity.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const leadFields = listFields({
  ...leadShape,
  full_name: text(201).optional(),
  owner_id: id(USER).nullish(),
  external_key: text(255).optional(),
});
const { type: _type, is_default: _is_default, ...addressShape } = addressFields;
const personFields = listFields({
  ...personShape,
  email: email().nullish(),
  phone: phone().nullish(),
  mobile: phone().nullish(),
  birth_date: date().nullish(),
  ...addressShape,
});
const historyFields = listFields({ created_at: instant().nullish(), external_id: text(255).nullish() });
const buildField = (name: string, type: Field["type"] = "text", more: Partial<Field> = {}): Field => ({
  name,
  label: fieldLabel(name),
  type,
  required: false,
  ...more,
});

type ExpectedMapping = Readonly<Record<string, string | null>>;

/** The suggested mapping by header; for equal headers, the last column counts. */
function suggestByHeader(
  header: readonly string[],
  fields: readonly Field[],
  rows: readonly (readonly Cell[])[] = [],
): ExpectedMapping {
  return Object.fromEntries(suggestMapping(header, rows, fields, synonyms).map(({ column, field }) => [column, field]));
}
const suggestField = (header: string, fields: readonly Field[], ...cells: Cell[]) =>
  suggestByHeader(
    [header],
    fields,
    cells.map((cell) => [cell]),
  )[header];

/** The headers of whole files from other systems. */
const headerCases: readonly [
  name: string,
  fields: readonly Field[],
  wanted: ExpectedMapping,
  rows?: readonly (readonly Cell[])[],
][] = [
  [
    "Contacts.csv of the sample",
    personFields,
    {
      ContactID: "external_key",
      FullName: "display_name",
      Email: "email",
      Phone: "phone",
      City: "city",
      State: "state",
      Country: "country",
    },
    [
      ["C001", "Brooke Brown", "brian87@example.com", "+1-395-557-1028x208", "North Jeffery", "Texas", "USA"],
      ["C002", "Daniel Hoffman", "ryan23@example.net", "957.962.1534", "Hamiltonchester", "California", "USA"],
    ],
  ],
  [
    "Contacts.csv of the sample, as leads",
    leadFields,
    {
      ContactID: "external_key",
      FullName: "full_name",
      Email: "email",
      Phone: "phone",
      City: "city_id",
      State: "state_id",
      Country: "country_id",
    },
  ],
  [
    "Leads.csv of the sample",
    leadFields,
    {
      LeadID: null,
      ContactID: "external_key",
      LeadSource: "lead_source_id",
      LeadStatus: "lead_status_id",
      CreatedDate: null,
      Notes: "notes",
    },
    [
      ["L0001", "C052", "Email Campaign", "Working", "2025-02-05", "Respond discover much"],
      ["L0002", "C077", "Referral", "Working", "2025-04-18", "Attack end today"],
    ],
  ],
  [
    "Leads.csv of the sample, with history",
    [...leadFields, ...historyFields],
    { LeadID: "external_id", ContactID: "external_key", LeadSource: "lead_source_id", CreatedDate: "created_at" },
  ],
  [
    "Salesforce leads, report",
    leadFields,
    {
      "First Name": "first_name",
      "Last Name": "last_name",
      Title: "job_title",
      "Company / Account": "company",
      Street: "street_address",
      City: "city_id",
      "State/Province": "state_id",
      "Zip/Postal Code": "postal_code",
      Country: "country_id",
      Phone: "phone",
      Mobile: "mobile",
      Fax: null,
      Email: "email",
      "Lead Source": "lead_source_id",
      "Lead Status": "lead_status_id",
      Industry: "industry_id",
      "Annual Revenue": "annual_revenue",
      "No. of Employees": "employee_count",
      Rating: null,
      Description: "description",
      "Lead Owner": "owner_id",
      "Email Opt Out": "email_opt_out",
      "Do Not Call": "phone_opt_out",
    },
  ],
  [
    "Salesforce, names of the API",
    leadFields,
    {
      FirstName: "first_name",
      LastName: "last_name",
      MobilePhone: "mobile",
      PostalCode: "postal_code",
      LeadSource: "lead_source_id",
      HasOptedOutOfEmail: "email_opt_out",
      DoNotCall: "phone_opt_out",
      NumberOfEmployees: "employee_count",
      OwnerId: "owner_id",
      IsDeleted: null,
    },
  ],
  [
    "Salesforce contacts with two addresses",
    personFields,
    {
      "Mailing Street": "address_line1",
      "Mailing City": "city",
      "Mailing State/Province": "state",
      "Mailing Zip/Postal Code": "postal_code",
      "Mailing Country": "country",
      "Other Street": null,
      "Other City": null,
      "Other Country": null,
      Birthdate: "birth_date",
      Salutation: "title",
    },
  ],
  [
    "Accounts with billing and shipping",
    leadFields,
    {
      BillingStreet: "street_address",
      BillingCity: "city_id",
      BillingPostalCode: "postal_code",
      ShippingCity: null,
      ShippingState: null,
    },
  ],
  [
    "HubSpot",
    leadFields,
    {
      "Record ID": null,
      "First Name": "first_name",
      "Last Name": "last_name",
      Email: "email",
      "Phone Number": "phone",
      "Mobile Phone Number": "mobile",
      "Contact owner": "owner_id",
      "Lifecycle Stage": null,
      "Lead Status": "lead_status_id",
      "Company Name": "company",
      "Job Title": "job_title",
      "Street Address": "street_address",
      "State/Region": "state_id",
      "Country/Region": "country_id",
      "Website URL": "website",
      "Last Contacted": "last_contact_date",
      "Original Source": "lead_source_id",
      "Unsubscribed from all email": "email_opt_out",
      "Email Domain": null,
    },
  ],
  [
    "Pipedrive",
    leadFields,
    {
      "Lead - Title": null,
      "Lead - Owner": "owner_id",
      "Lead - Source": "lead_source_id",
      "Person - Name": "full_name",
      "Person - Email - Work": "email",
      "Person - Email - Home": null,
      "Person - Phone - Mobile": "mobile",
      "Person - Phone - Work": "phone",
      "Organization - Name": "company",
    },
    [
      [
        "Big deal",
        "Eve",
        "Web",
        "Ada Lovelace",
        "ada@example.org",
        "ada@example.net",
        "+49 151 234567",
        "+49 30 234567",
        "Engines",
      ],
    ],
  ],
  [
    "Zoho",
    leadFields,
    {
      "Lead Id": null,
      "Lead Owner": "owner_id",
      Company: "company",
      Designation: "job_title",
      "No. of Employees": "employee_count",
      "Skype ID": null,
      "Secondary Email": null,
      Email: "email",
      "Zip Code": "postal_code",
      "Created Time": null,
      "Modified By": null,
      Tag: "tags",
    },
  ],
  [
    "Dynamics",
    leadFields,
    {
      Topic: null,
      "First Name": "first_name",
      "Business Phone": "phone",
      "Mobile Phone": "mobile",
      "Email Address 1": "email",
      "Email Address 2": null,
      "Company Name": "company",
      "ZIP/Postal Code": "postal_code",
      "Status Reason": "lead_status_id",
      Owner: "owner_id",
      "Est. Budget": "budget",
      "Do not allow Emails": "email_opt_out",
    },
  ],
  [
    "Google Contacts",
    leadFields,
    {
      "Given Name": "first_name",
      "Family Name": "last_name",
      "E-mail 1 - Type": null,
      "E-mail 1 - Value": "email",
      "E-mail 2 - Value": null,
      "Phone 1 - Type": null,
      "Phone 1 - Value": "phone",
      "Organization 1 - Name": "company",
      "Organization 1 - Title": "job_title",
      "Address 1 - Street": "street_address",
      "Address 1 - City": "city_id",
      "Address 1 - Region": "state_id",
      "Address 1 - Postal Code": "postal_code",
      "Address 1 - Country": "country_id",
      "Address 2 - City": null,
      "Website 1 - Value": "website",
      Notes: "notes",
      "Group Membership": "tags",
    },
  ],
  [
    "Outlook",
    personFields,
    {
      "First Name": "first_name",
      "Middle Name": null,
      "Last Name": "last_name",
      Title: "title",
      Suffix: null,
      Company: null,
      "Job Title": "job_title",
      "Home Street": "address_line1",
      "Home City": "city",
      "Home Postal Code": "postal_code",
      "Home Country/Region": "country",
      "Business City": null,
      "Business Phone": "phone",
      "Mobile Phone": "mobile",
      "Business Fax": null,
      "E-mail Address": "email",
      "E-mail Type": null,
      "E-mail Display Name": null,
      "E-mail 2 Address": null,
      "Company Main Phone": null,
      "Assistant's Phone": null,
      Birthday: "birth_date",
    },
  ],
  [
    "German Outlook",
    personFields,
    {
      Anrede: "title",
      Vorname: "first_name",
      Nachname: "last_name",
      Abteilung: null,
      Position: "job_title",
      "Straße geschäftlich": "address_line1",
      "Ort geschäftlich": "city",
      "Postleitzahl geschäftlich": "postal_code",
      "Land/Region geschäftlich": "country",
      "Ort privat": null,
      "Telefon geschäftlich": "phone",
      Mobiltelefon: "mobile",
      "E-Mail-Adresse": "email",
      Geburtstag: "birth_date",
      Notizen: "notes",
    },
  ],
  [
    "German",
    leadFields,
    {
      Name: "last_name",
      Vorname: "first_name",
      Firma: "company",
      "E-Mail": "email",
      "Telefon-Nr.": "phone",
      Handy: "mobile",
      PLZ: "postal_code",
      Ort: "city_id",
      Bundesland: "state_id",
      Land: "country_id",
      Branche: "industry_id",
      Mitarbeiterzahl: "employee_count",
      Bemerkungen: "notes",
      Umsatzsteuer: null,
    },
  ],
  [
    "French",
    leadFields,
    {
      Nom: "last_name",
      Prénom: "first_name",
      Société: "company",
      Courriel: "email",
      Téléphone: "phone",
      "Téléphone portable": "mobile",
      "Code postal": "postal_code",
      Ville: "city_id",
      Pays: "country_id",
      "Chiffre d’affaires": "annual_revenue",
      Commentaires: "notes",
    },
  ],
  [
    "Spanish",
    leadFields,
    {
      Nombre: "first_name",
      Apellidos: "last_name",
      Empresa: "company",
      "Correo electrónico": "email",
      Teléfono: "phone",
      Móvil: "mobile",
      Cargo: "job_title",
      Dirección: "street_address",
      Ciudad: "city_id",
      Provincia: "state_id",
      "Código Postal": "postal_code",
      País: "country_id",
      Presupuesto: "budget",
    },
  ],
  [
    "Italian",
    leadFields,
    {
      Nome: "first_name",
      Cognome: "last_name",
      Azienda: "company",
      Cellulare: "mobile",
      CAP: "postal_code",
      Città: "city_id",
      Paese: "country_id",
    },
  ],
  [
    "Portuguese",
    leadFields,
    {
      Nome: "first_name",
      Sobrenome: "last_name",
      Celular: "mobile",
      CEP: "postal_code",
      Cidade: "city_id",
      Orçamento: "budget",
      Origem: "lead_source_id",
    },
  ],
  [
    "Dutch",
    leadFields,
    {
      Voornaam: "first_name",
      Achternaam: "last_name",
      Bedrijfsnaam: "company",
      Postcode: "postal_code",
      Plaats: "city_id",
      Mobiel: "mobile",
    },
  ],
  [
    "Polish",
    leadFields,
    {
      Imię: "first_name",
      Nazwisko: "last_name",
      "Nazwa firmy": "company",
      Miasto: "city_id",
      "Kod pocztowy": "postal_code",
      Uwagi: "notes",
    },
  ],
  [
    "Turkish",
    leadFields,
    {
      Ad: "first_name",
      Soyad: "last_name",
      "E-posta": "email",
      Telefon: "phone",
      Şirket: "company",
      Şehir: "city_id",
      Ülke: "country_id",
    },
  ],
  [
    "Swedish",
    leadFields,
    { Förnamn: "first_name", Efternamn: "last_name", "E-postadress": "email", Företag: "company", Postnummer: "postal_code" },
  ],
  [
    "Japanese",
    leadFields,
    {
      姓: "last_name",
      名: "first_name",
      会社名: "company",
      メールアドレス: "email",
      電話番号: "phone",
      郵便番号: "postal_code",
      備考: "notes",
    },
  ],
  [
    "Chinese",
    leadFields,
    {
      姓名: "full_name",
      公司名称: "company",
      职位: "job_title",
      手机: "mobile",
      电子邮件: "email",
      国家: "country_id",
      备注: "notes",
    },
  ],
  [
    "a list of persons from a registry",
    personFields,
    {
      rec_id: null,
      given_name: "first_name",
      surname: "last_name",
      address_1: "address_line1",
      address_2: "address_line2",
      suburb: "city",
      postcode: "postal_code",
      state: "state",
      date_of_birth: "birth_date",
      soc_sec_id: null,
    },
  ],
  [
    "headers in capitals, and as code",
    leadFields,
    {
      FIRST_NAME: "first_name",
      lastName: "last_name",
      "e-mail": "email",
      PHONE_NUMBER: "phone",
      companyName: "company",
      zipCode: "postal_code",
    },
  ],
  [
    "headers that hold the word of a field",
    leadFields,
    {
      "Email opt out": "email_opt_out",
      "Email bounced reason": null,
      "Phone extension": null,
      "Company size": "company_size_id",
      "Company type": null,
      "Last contacted": "last_contact_date",
      "Last modified": null,
      "First contact": null,
      "Country of birth": null,
      "Parent company": null,
      "State of mind": null,
      "Street number": null,
      "Billing email": "email",
      "Notes author": null,
      "Email sent": null,
    },
  ],
];

describe("headers of files", () => {
  it.each(headerCases)("%s", (_, fields, expected, rows = []) => {
    expect(suggestByHeader(Object.keys(expected), fields, rows)).toEqual(expected);
  });
});

describe("a header equal to a field name", () => {
  it.each(leadFields.map(({ name, label }) => [name, label]))("%s always wins", (name, label) => {
    const cells: Cell[] = ["zzz", "zzz"];
    expect(suggestField(name, leadFields, ...cells)).toBe(name);
    expect(suggestField(label, leadFields, ...cells)).toBe(name);
    expect(suggestField(name.toUpperCase(), leadFields, ...cells)).toBe(name);
  });

  it("takes precedence over an earlier synonym", () => {
    expect(suggestByHeader(["E-Mail Adresse", "Email"], leadFields)).toEqual({ "E-Mail Adresse": null, Email: "email" });
    expect(suggestByHeader(["Source", "lead_source_id"], leadFields)).toEqual({ Source: null, lead_source_id: "lead_source_id" });
  });
});

describe("custom fields", () => {
  const region = buildField("custom_fields.region", "text", { label: "Sales region", synonyms: ["Vertriebsregion"] });
  it.each(["custom_fields.region", "region", "Sales Region", "sales_region", "Vertriebsregion"])("match by %s", (header) => {
    expect(suggestField(header, [...personFields, region])).toBe("custom_fields.region");
  });
  it("have no synonyms of a standard field with the same name", () => {
    const mobile = buildField("custom_fields.mobile", "text", { label: "Mobile home" });
    expect(suggestField("Handy", [mobile])).toBeNull();
    expect(suggestField("Mobile", [...leadFields, mobile])).toBe("mobile");
  });
  it("may have any name", () => {
    const odd = [buildField("custom_fields.constructor"), buildField("constructor"), buildField("custom_fields.〒")];
    expect(suggestField("constructor", odd)).toBe("constructor");
    expect(suggestField("toString", odd)).toBeNull();
  });
});

describe("two columns for one field", () => {
  it("the second is mapped to email_2, or ignored", () => {
    const two = [...leadFields, buildField("email_2", "email")];
    expect(suggestByHeader(["Private Email", "Email"], two)).toEqual({ "Private Email": "email_2", Email: "email" });
    expect(suggestByHeader(["Email", "E-mail 2"], two)).toEqual({ Email: "email", "E-mail 2": "email_2" });
    expect(suggestByHeader(["Private Email", "Email"], leadFields)).toEqual({ "Private Email": null, Email: "email" });
  });
  it("the second is ignored even if both have the same name", () => {
    expect(suggestMapping(["Email", "Email"], [], leadFields, synonyms).map(({ field }) => field)).toEqual(["email", null]);
  });
  it("a mobile number is mapped to phone if there is no mobile field", () => {
    const remainingFields = leadFields.filter(({ name }) => name !== "mobile");
    expect(suggestField("Handy", remainingFields)).toBe("phone");
    expect(suggestByHeader(["Handy", "Tel."], remainingFields)).toEqual({ Handy: null, "Tel.": "phone" });
  });
});

describe("cells tell", () => {
  const suggest = (header: string, ...cells: Cell[]) => suggestField(header, leadFields, ...cells);
  it.each<[string, string, Cell[], string | null]>([
    ["email addresses", "Kontaktweg", ["ada@example.org", "Bob <bob@example.org>", ""], "email"],
    ["email addresses under a name", "Contact", ["ada@example.org", "bob@example.org"], "email"],
    ["email addresses under nothing", "", ["ada@example.org", "bob@example.org"], "email"],
    ["email addresses of the owner", "Rep email", ["eve@example.org", "bob@example.org"], null],
    ["one address in every row", "Von", ["eve@example.org", "eve@example.org", "eve@example.org"], null],
    ["no email addresses", "Work email", ["yes", "no"], null],
    ["telephone numbers", "Erreichbar unter", ["+49 30 1234567", "(030) 123-4567", "0151 2345678"], "phone"],
    ["telephone numbers of a fax", "Fax", ["+49 30 1234567"], null],
    ["numbers of customers", "Kürzel", ["0012345", "0012346"], null],
    ["dates", "Wann", ["05.03.2025", "06.03.2025"], null],
    ["dates in ISO", "Wann", ["2025-03-05", "2025-03-06"], null],
    ["amounts", "Wieviel", ["1.234.567", "100.000.000"], null],
    ["no telephone numbers", "Telephone", ["n/a", "none"], null],
    ["websites", "Im Netz", ["https://example.org", "www.example.org/a", "example.de"], "website"],
    ["versions", "Im Netz", ["1.2.3", "1.2.4"], null],
    ["codes of countries", "Wo", ["DE", "FR", "de"], "country_id"],
    ["codes to dial", "Country code", ["+49", "33"], null],
    ["codes of languages", "Wo", ["DE", "EN", "FR"], null],
    ["a full name", "Name", ["Ada Lovelace", "Grace Hopper"], "full_name"],
    ["a full name, last name first", "Name", ["Lovelace, Ada", "Hopper, Grace"], "full_name"],
    ["a last name", "Name", ["Lovelace", "Hopper"], "last_name"],
    ["no name", "Name", ["ada@example.org", "bob@example.org"], "email"],
    ["no name but numbers", "Contact", ["100", "200"], null],
    ["nothing", "Name", [], "full_name"],
    ["an unknown header", "Zzz", [], null],
  ])("%s", (_, header, cells, expected) => {
    expect(suggest(header, ...cells)).toBe(expected);
  });

  it("a name beside a first name is the last name", () => {
    const rows = [
      ["Lovelace", "Ada"],
      ["von der Leyen", "Ursula"],
      ["Hopper", "Grace"],
    ];
    expect(suggestByHeader(["Name", "Vorname"], leadFields, rows)).toEqual({ Name: "last_name", Vorname: "first_name" });
    expect(suggestByHeader(["Name", "Surname"], leadFields, [["Ada", "Lovelace"]])).toEqual({
      Name: "first_name",
      Surname: "last_name",
    });
    expect(suggestByHeader(["First name", "Name"], leadFields, [["Ada", "Ada Lovelace"]])).toEqual({
      "First name": "first_name",
      Name: "full_name",
    });
  });

  it("a header equal to a field name overrides the cells", () => {
    expect(suggest("Email", "yes", "no")).toBe("email");
  });
});

describe("a word before a field name", () => {
  it.each([
    ["Home Last Name", "last_name"],
    ["Mailing Last Name", null],
    ["Permanent Notes", null],
  ])("%s", (header, field) => expect(suggestField(header, leadFields, "Ada", "Grace")).toBe(field));
});

describe("words of headers", () => {
  it.each([
    ["MobilePhone", "mobile phone"],
    ["BillingPostalCode", "billing postal code"],
    ["LeadID", "lead id"],
    ["E-mail 1 - Value", "email 1 value"],
    ["eMail", "email"],
    ["E-Mail-Adresse", "email adresse"],
    ["e-posta", "eposta"],
    ["Assistant's Phone", "assistant phone"],
    ["address2", "address 2"],
    ["  Straße / Nr. ", "strasse nr"],
    ["电子邮件", "电子邮件"],
    ["!?", ""],
  ])("%s", (header, expected) => expect(headerWords(header).join(" ")).toBe(expected));
});

describe("any file", () => {
  const usual = Object.values(synonyms).flat();
  const headers = fc.array(
    fc.oneof(fc.constantFrom(...usual), fc.constantFrom(...leadFields.map(({ label }) => label)), fc.string({ unit: "binary" })),
    {
      maxLength: 30,
    },
  );
  const cells = fc.oneof(
    fc.string(),
    fc.emailAddress(),
    fc.constantFrom("", "+49 30 1234567", "DE", "Ada Lovelace", "yes", "12"),
  ) as fc.Arbitrary<Cell>;
  const rows = fc.array(fc.array(cells, { maxLength: 30 }), { maxLength: 5 });
  const fields = [
    ...leadFields,
    ...personFields.filter(({ name }) => !leadFields.some((lead) => lead.name === name)),
    buildField("email_2", "email"),
  ];

  it("has each column once, and no field twice", () => {
    fc.assert(
      fc.property(headers, rows, (header, samples) => {
        const all = suggestMapping(header, samples, fields, synonyms);
        expect(all.map(({ column }) => column)).toEqual(header);
        const suggestedFields = all.flatMap(({ field }) => field ?? []);
        expect(new Set(suggestedFields).size).toBe(suggestedFields.length);
        for (const { field, confidence, why } of all) {
          expect(field === null ? confidence === 0 : confidence >= 0.5 && confidence <= 1).toBe(true);
          expect(field === null || fields.some(({ name }) => name === field)).toBe(true);
          expect(why).not.toBe("");
        }
      }),
      { numRuns: 300 },
    );
  });

  it("has the same suggestions for any order of columns", () => {
    const distinct = fc.uniqueArray(
      fc.constantFrom("Email", "Name", "Vorname", "Handy", "Work phone", "Mailing City", "Billing Street", "PLZ", "Zzz"),
      {
        minLength: 2,
      },
    );
    fc.assert(
      fc.property(distinct, (header) => {
        expect(suggestByHeader([...header].reverse(), leadFields)).toEqual(suggestByHeader(header, leadFields));
      }),
    );
  });
});

describe("synonyms", () => {
  it("each belong to one field only, where a lead or a person has both", () => {
    const seen = new Map<string, string>();
    const shared: string[] = [];
    for (const [field, list] of Object.entries(synonyms)) {
      for (const synonym of new Set(list.map((phrase) => headerWords(phrase).join("")))) {
        if (seen.has(synonym)) shared.push(`${synonym}: ${seen.get(synonym)}, ${field}`);
        seen.set(synonym, field);
      }
    }
    // An amount of a lead is its budget, and that of an opportunity its amount. Cells tell a revenue from a range of revenues. The birth
    // date has one name in a person and another in a contact.
    const expected =
      / (street_address, address_line1|annual_revenue, annual_revenue_range|budget, amount|birth_date, birthdate)$/;
    expect(shared.filter((clash) => !expected.test(clash))).toEqual([]);
  });
});

describe("cells that do not fit the type of a field", () => {
  it.each([
    ["an amount is no range", "Umsatz", ["1.250.000,00", "980.000,00"], "annual_revenue"],
    ["a range is no amount", "Umsatz", ["$1M-$10M", "$10M-$50M"], "annual_revenue_range_id"],
    ["a range is no number", "Employees", ["51-200", "11-50"], null],
    ["a number", "Employees", ["51", "1.200"], "employee_count"],
    ["words are no date", "Last contacted", ["never", "in May 2 or 3"], null],
    ["a date with an ambiguous order", "Last contacted", ["01/02/2026", "03/04/2026"], "last_contact_date"],
    ["words are no yes or no", "Do not call", ["mornings", "evenings"], null],
  ])("%s: %s %j", (_, header, cells, field) => expect(suggestField(header, leadFields, ...cells)).toBe(field));

  it("are kept if the caller maps them to values, or the header is the name of the field", () => {
    const suggest = (header: string, mappedFields?: ReadonlySet<string>) =>
      suggestMapping([header], [["mornings"]], leadFields, synonyms, mappedFields ? { mappedFields } : {})[0]?.field;
    expect([suggest("Do not call"), suggest("Do not call", new Set(["phone_opt_out"])), suggest("phone_opt_out")]).toEqual([
      null,
      "phone_opt_out",
      "phone_opt_out",
    ]);
  });
});

describe("I7 common column names", () => {
  const persons = [...personFields, buildField("full_name")];

  it.each([
    ["the kind of contact is no name", "contact", ["cellular", "unknown", "telephone", "unknown"], null, null],
    ["a contact of several words is one", "Contact", ["Ada Lovelace", "Grace Hopper"], "full_name", "full_name"],
    ["a customer who is a person", "Customer Name", ["Ada Lovelace", "Grace Hopper"], "full_name", "full_name"],
    ["a customer that is a company", "Customer Name", ["Acme Inc.", "Fjord AS", "Ports"], "company", null],
    ["a client", "Client", ["Ada Lovelace", "Grace Hopper"], "full_name", "full_name"],
    ["a client by name", "Client Name", ["Acme GmbH", "Hansa AG"], "company", null],
    ["a client of one word is doubtful", "Client", ["Acme", "Hansa"], null, null],
    ["a contact person", "Contact Person", ["Ada Lovelace", "Grace Hopper"], "full_name", "full_name"],
    ["Kunde", "Kunde", ["Ida Lund", "Ole Berg"], "full_name", "full_name"],
  ] as const)("%s", (_, header, cells, ofLead, ofPerson) => {
    expect([suggestField(header, leadFields, ...cells), suggestField(header, persons, ...cells)]).toEqual([ofLead, ofPerson]);
  });

  it("ids of other systems are external keys of persons, and ignored for a lead", () => {
    for (const header of ["Customer ID", "Client ID", "Customer Number", "hs_object_id", "Kundennummer", "CRM ID", "Zoho ID"])
      expect([header, suggestField(header, persons, "17", "18"), suggestField(header, leadFields, "17", "18")]).toEqual([
        header,
        "external_key",
        null,
      ]);
  });

  it("billing columns of shops take precedence over shipping columns", () => {
    const header = [
      "Billing First Name",
      "Billing Last Name",
      "Billing Phone",
      "Shipping First Name",
      "billing_email",
      "Billing City",
    ];
    expect(suggestByHeader(header, personFields)).toEqual({
      "Billing First Name": "first_name",
      "Billing Last Name": "last_name",
      "Billing Phone": "phone",
      "Shipping First Name": null,
      billing_email: "email",
      "Billing City": "city",
    });
    expect(suggestField("Shipping First Name", personFields)).toBe("first_name");
  });

  it("a doubtful column is ignored, with the possible field as the reason", () => {
    const why = (header: string[], rows: string[][]) =>
      suggestMapping(header, rows, leadFields, synonyms).map((suggestion) => suggestion.why);
    expect(why(["Client"], [["Acme"], ["Hansa"]])).toEqual([expect.stringMatching(/full_name, with low confidence/)]);
    expect(why(["Email", "E-mail address"], [])[1]).toMatch(/another column is more likely to be email/);
    expect(why(["Shoe size"], [["42"]])).toEqual(["no similar field"]);
  });
});
