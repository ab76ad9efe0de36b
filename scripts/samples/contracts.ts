import { allowAnyInput, type Client } from "@crm/functions/derive/client.ts";

/** A typical services agreement in two languages, for the demo and the tests. */

interface ClauseText {
  heading: string | null;
  body: string;
}

interface Clause {
  name: string;
  key: string;
  category: string;
  level?: 1 | 2 | 3;
  is_mandatory?: boolean;
  when?: readonly object[];
  en: ClauseText;
  es: ClauseText;
}

const clauseText = (heading: string | null, body: string): ClauseText => ({ heading, body });

export const serviceClauses: readonly Clause[] = [
  {
    ...{ name: "Parties and purpose", key: "purpose", category: "General", is_mandatory: true },
    en: clauseText(
      "Parties and purpose",
      "This agreement is made between {{tenant.name}}, {{tenant.address}} (the “Provider”), and {{customer.name}}, {{customer.address}} (the “Customer”). By it the Provider renders to the Customer the services named in “{{contract.title}}”, contract number {{contract.number}}.",
    ),
    es: clauseText(
      "Partes y objeto",
      "El presente contrato se celebra entre {{tenant.name}}, {{tenant.address}} (el «Proveedor»), y {{customer.name}}, {{customer.address}} (el «Cliente»). En virtud del mismo el Proveedor presta al Cliente los servicios indicados en «{{contract.title}}», contrato número {{contract.number}}.",
    ),
  },
  {
    ...{ name: "Services", key: "services", category: "Services", is_mandatory: true },
    en: clauseText("Services", "The Provider renders the services with the care of a diligent professional:"),
    es: clauseText("Servicios", "El Proveedor presta los servicios con la diligencia de un buen profesional:"),
  },
  {
    ...{ name: "What we deliver", key: "deliverables", category: "Services", level: 2 },
    en: clauseText(
      null,
      "What is to be delivered, and by when, stands in the table of deliverables, which is part of this agreement.",
    ),
    es: clauseText(
      null,
      "Lo que ha de entregarse, y en qué plazo, consta en la tabla de entregables, que forma parte de este contrato.",
    ),
  },
  {
    ...{ name: "Staff", key: "staff", category: "Services", level: 2 },
    en: clauseText(null, "The Provider chooses the people who render the services, and answers for them. Among them:"),
    es: clauseText(null, "El Proveedor elige a las personas que prestan los servicios y responde por ellas. Entre ellas:"),
  },
  {
    ...{ name: "Contact of the provider", key: "contact-person", category: "Services", level: 3 },
    en: clauseText(null, "{{owner.full_name}} ({{owner.email}}) is in charge of the Customer; and"),
    es: clauseText(null, "{{owner.full_name}} ({{owner.email}}) atiende al Cliente; y"),
  },
  {
    ...{ name: "Subcontractors", key: "subcontractors", category: "Services", level: 3 },
    en: clauseText(null, "subcontractors take part once the Customer has been told of them in writing."),
    es: clauseText(null, "los subcontratistas intervienen una vez comunicados por escrito al Cliente."),
  },
  {
    ...{ name: "Fees and payment", key: "payment", category: "Fees", is_mandatory: true },
    en: clauseText(
      "Fees and payment",
      "The Customer pays {{contract.contract_value | money}} in all. Invoices are issued {{contract.billing_frequency}}, as the payment plan says, and are paid on these terms: {{contract.payment_terms}}.",
    ),
    es: clauseText(
      "Honorarios y pago",
      "El Cliente paga {{contract.contract_value | money}} en total. La facturación es {{contract.billing_frequency}}, según el plan de pagos, y las facturas se pagan en las condiciones siguientes: {{contract.payment_terms}}.",
    ),
  },
  {
    ...{ name: "How long it runs", key: "term", category: "Term", is_mandatory: true },
    en: clauseText(
      "Term",
      "This agreement runs from {{contract.start_date | date}} to {{contract.end_date | date}}, both days included, unless it ends before under clause {{ref:termination}}.",
    ),
    es: clauseText(
      "Vigencia",
      "Este contrato rige desde el {{contract.start_date | date}} hasta el {{contract.end_date | date}}, ambos inclusive, salvo que termine antes conforme a la cláusula {{ref:termination}}.",
    ),
  },
  {
    ...{ name: "How it is renewed", key: "renewal", category: "Term" },
    when: [{ field: "contract.auto_renew", operator: "eq", value: true }],
    en: clauseText(
      "Renewal",
      "It is renewed for a term of the same length each time, unless a party gives notice at least {{contract.renewal_notice_days}} days before the end of the term that clause {{ref:term}} names.",
    ),
    es: clauseText(
      "Renovación",
      "Se renueva cada vez por un plazo de la misma duración, salvo que una de las partes lo denuncie al menos {{contract.renewal_notice_days}} días antes del fin del plazo indicado en la cláusula {{ref:term}}.",
    ),
  },
  {
    ...{ name: "Confidentiality", key: "confidentiality", category: "Protection" },
    en: clauseText(
      "Confidentiality",
      "Each party keeps to itself what it learns of the other that is not public, and uses it for this agreement alone. This goes on for three years after its end.",
    ),
    es: clauseText(
      "Confidencialidad",
      "Cada parte mantiene en reserva lo que conozca de la otra y no sea público, y lo utiliza únicamente para este contrato. Esta obligación subsiste tres años después de su fin.",
    ),
  },
  {
    ...{ name: "Personal data", key: "personal-data", category: "Protection", is_mandatory: true },
    en: clauseText(
      "Personal data",
      "Where the Provider processes personal data for the Customer, it does so on the Customer’s instructions alone and in keeping with the law that applies to both.",
    ),
    es: clauseText(
      "Datos personales",
      "Cuando el Proveedor trate datos personales por cuenta del Cliente, lo hará únicamente siguiendo sus instrucciones y conforme a la ley aplicable a ambos.",
    ),
  },
  {
    ...{ name: "Who owns the results", key: "results", category: "Protection" },
    en: clauseText(
      "Rights in the results",
      "Once paid for under clause {{ref:payment}}, the results of the services belong to the Customer. What the Provider had before, it keeps; the Customer may use it as far as the results need it.",
    ),
    es: clauseText(
      "Derechos sobre los resultados",
      "Una vez pagados conforme a la cláusula {{ref:payment}}, los resultados de los servicios pertenecen al Cliente. El Proveedor conserva lo que ya tenía; el Cliente puede utilizarlo en la medida en que los resultados lo requieran.",
    ),
  },
  {
    ...{ name: "Liability", key: "liability", category: "Protection" },
    en: clauseText(
      "Liability",
      "But for intent, gross negligence and harm to life or health, each party’s liability is limited to {{contract.contract_value | money}}.",
    ),
    es: clauseText(
      "Responsabilidad",
      "Salvo dolo, culpa grave y daños a la vida o la salud, la responsabilidad de cada parte se limita a {{contract.contract_value | money}}.",
    ),
  },
  {
    ...{ name: "Termination", key: "termination", category: "Term", is_mandatory: true },
    en: clauseText(
      "Termination",
      "Each party may end this agreement by written notice if the other breaks it in a way that matters and does not mend that within 30 days of being told.",
    ),
    es: clauseText(
      "Terminación",
      "Cada parte puede resolver este contrato por escrito si la otra lo incumple gravemente y no lo subsana dentro de los 30 días siguientes al requerimiento.",
    ),
  },
  {
    ...{ name: "Law and courts", key: "law", category: "General", is_mandatory: true },
    en: clauseText(
      "Law and courts",
      "The law of {{contract.governing_law}} applies. The courts of {{contract.jurisdiction}} decide.",
    ),
    es: clauseText(
      "Ley y jurisdicción",
      "Se aplica la ley de {{contract.governing_law}}. Son competentes los tribunales de {{contract.jurisdiction}}.",
    ),
  },
];

/** Creates clauses and template through the API. Returns the template's id. */
export async function createServicesAgreement(as: Client, { prefix = "" }: { prefix?: string } = {}): Promise<string> {
  const prefixed = (text: string): string => text.replaceAll("{{ref:", `{{ref:${prefix}`);
  const clauses: object[] = [];
  for (const { en, es, level = 1, ...clause } of serviceClauses) {
    const texts = Object.entries({ en, es }).map(([language, { heading, body }]) => ({
      language,
      heading,
      body: prefixed(body),
    }));
    const { data } = await allowAnyInput(as).createContractClause({ ...clause, key: prefix + clause.key, texts });
    clauses.push({ clause_id: data.id, level });
  }
  const { data } = await as.createContractTemplate({
    ...{ name: "Services agreement", status: "ACTIVE", contract_type_id: "service", languages: ["en", "es"] },
    ...{ billing_frequency: "MONTHLY", payment_terms: "30 days net", duration_months: 12, renewal_notice_days: 60 },
    ...{ auto_renew: false, requires_signature: true },
    clauses,
  });
  return data.id;
}

/** A generated agreement in one of three scripts, for tests and for manual inspection. */
export interface Agreement {
  language: string;
  company: readonly string[];
  customer: readonly string[];
  footer: string;
  title: string;
  currency: string;
  clauses: readonly (readonly [level: 1 | 2 | 3, heading: string | null, body: string])[];
  deliverables: readonly (readonly [name: string, description: string | null, due: string])[];
}

const english: Agreement = {
  language: "en",
  company: ["Northwind Trading Ltd", "1 Harbour Street", "London E1 6AN"],
  customer: ["Müller & Søn GmbH", "Łukasz Ünal", "Königstraße 7", "10178 Berlin", "Germany"],
  footer: "Northwind Trading Ltd · Registered in England 01234567",
  title: "Care of the boathouse roof",
  currency: "EUR",
  clauses: serviceClauses.map(({ level = 1, en }) => [level, en.heading, en.body] as const),
  deliverables: [
    ["Plan of the roof", "Drawn to scale, with the places of all modules", "2030-02-15"],
    ["Report of the first inspection", null, "2030-06-30"],
  ],
};

const arabic: Agreement = {
  language: "ar-EG",
  company: ["شركة التقنية (المحدودة)", "١٢ شارع النيل", "القاهرة"],
  customer: ["Acme GmbH (Berlin)", "محمد الشريف", "١٧ طريق البحر", "الإسكندرية"],
  footer: "شركة التقنية · سجل تجاري ١٢٣٤٥٦٧",
  title: "صيانة الألواح الشمسية",
  currency: "SAR",
  clauses: [
    [
      1,
      "أطراف العقد وموضوعه",
      "أبرم هذا العقد بين {{tenant.name}} و{{customer.name}} بشأن «{{contract.title}}»، عقد رقم {{contract.number}}.",
    ],
    [1, "الخدمات", "يقدم الطرف الأول الخدمات التالية بعناية المهني الحريص:"],
    [2, null, "ما يجب تسليمه ومواعيده مذكور في جدول التسليمات، وهو جزء من هذا العقد."],
    [2, "فريق العمل", "يختار مقدم الخدمة من يؤدون العمل، ومنهم:"],
    [3, null, "مدير المشروع لمنتج Widget Pro 3000؛"],
    [3, null, "والفنيون."],
    [
      1,
      "المقابل المالي",
      "يدفع العميل {{contract.contract_value | money}} من {{contract.start_date}} حتى {{contract.end_date}}، وفق البند {{ref:k3}}.",
    ],
  ],
  deliverables: [["مخطط السطح", "مع مواقع جميع الألواح", "2030-02-15"]],
};

const japanese: Agreement = {
  language: "ja",
  company: ["株式会社北風商事", "東京都港区海岸一丁目2番3号"],
  customer: ["フィヨルド海運株式会社", "山田 太郎 様", "神奈川県横浜市中区山下町1番地"],
  footer: "株式会社北風商事 · 法人番号 1234567890123",
  title: "船舶保守業務委託",
  currency: "JPY",
  clauses: [
    [
      1,
      "目的",
      "{{tenant.name}}（以下「甲」という。）は、{{customer.name}}（以下「乙」という。）に対し、「{{contract.title}}」の業務を提供する。",
    ],
    [1, "業務", "甲は、善良な管理者の注意をもって業務を行う。"],
    [2, null, "成果物およびその期日は、成果物の表に定める。"],
    [3, null, "船体の点検"],
    [3, null, "報告書の作成"],
    [
      1,
      "料金",
      "乙は、{{contract.start_date}}から{{contract.end_date}}までの業務の対価として{{contract.contract_value | money}}を支払う。詳細は第{{ref:k2}}項による。",
    ],
  ],
  deliverables: [["点検報告書", "写真を含む", "2030-06-30"]],
};

export const agreements = { english, arabic, japanese } as const;
