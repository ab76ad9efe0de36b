import type { Tenant } from "../../test/support/app.ts";

/** Typical quotes in four scripts, for the tests and for the pictures in docs. */

type Client = Tenant["admin"];

/** Creates a quote through the API, with its own letterhead. */
export async function createQuoteSample(
  as: Client,
  { language, sender, footer, customer, address, contact, quote }: QuoteSample,
): Promise<string> {
  await as.updateTenant({ settings: { letterhead: { sender: [...sender], footer, language } } });
  const { id: customer_id } = (await as.createCustomer(customer as Input<"createCustomer">)).data;
  await as.addCustomerAddress({ id: customer_id, ...address } as Input<"addCustomerAddress">);
  const { data } = await as.createContact({ customer_id, ...contact });
  return (await as.createQuote({ customer_id, contact_id: data.id, ...quote } as Input<"createQuote">)).data.id;
}

type Input<N extends keyof Client> = Parameters<Client[N]>[0];

export interface QuoteSample {
  language: string;
  sender: readonly string[];
  footer: string;
  customer: Readonly<Record<string, string>>;
  address: Readonly<Record<string, string>>;
  contact: Readonly<Record<string, string>>;
  quote: Readonly<Record<string, unknown>>;
}

const dates = { quote_date: "2026-01-31", expiration_date: "2026-03-02" } as const;
const billing = { type: "BILLING" } as const;

export const latin: QuoteSample = {
  language: "en",
  sender: ["Northwind Trading Ltd", "1 Harbour Street", "London E1 6AN"],
  footer: "Northwind Trading Ltd · Registered in England 01234567 · Barclays IBAN GB33 BUKB 2020 1555 5555 55",
  customer: { name: "Müller & Søn GmbH" },
  address: { ...billing, address_line1: "Königstraße 7", city: "Berlin", country: "DE", postal_code: "10178" },
  contact: { first_name: "Łukasz", last_name: "Ünal" },
  quote: {
    ...dates,
    name: "Solar roof of the boathouse",
    description: "Dear Łukasz, thank you for showing us the roof on Monday. We are glad to offer you the following.",
    currency: "EUR",
    discount_percent: "5",
    shipping_amount: "180",
    payment_terms: "Within 30 days of delivery, without deduction",
    delivery_terms: "DAP Berlin, within six weeks of your order",
    requires_signature: true,
    line_items: [
      {
        ...{ name: "Solar module SM-400", description: "400 W, black frame, with 25 years of warranty on its output" },
        ...{ quantity: "24", unit_price: "189.00", discount_percent: "4", tax_percent: "19", section: "Material" },
      },
      { name: "Inverter 10 kW", quantity: "1", unit_price: "1450.00", tax_percent: "19", section: "Material" },
      {
        ...{ name: "Installation, two fitters", section: "Work" },
        ...{ quantity: "3", unit_price: "960.00", tax_percent: "19" },
      },
      { name: "Plans and permits", quantity: "7.5", unit_price: "84.00", tax_percent: "7", section: "Work" },
      { name: "Battery 10 kWh", quantity: "1", unit_price: "4890.00", tax_percent: "19", optional: true, bundle: "Storage" },
      { name: "Emergency supply", quantity: "1", unit_price: "640.00", tax_percent: "19", optional: true, bundle: "Storage" },
      { name: "Cleaning, yearly", quantity: "1", unit_price: "220.00", tax_percent: "19", optional: true },
    ],
  },
};

export const arabic: QuoteSample = {
  language: "ar-EG",
  sender: ["شركة التقنية (المحدودة)", "١٢ شارع النيل", "القاهرة"],
  footer: "شركة التقنية · سجل تجاري ١٢٣٤٥٦٧",
  customer: { name: "Acme GmbH (Berlin)" },
  address: { ...billing, address_line1: "١٧ طريق البحر", city: "الإسكندرية", country: "EG", postal_code: "21500" },
  contact: { first_name: "محمد", last_name: "الشريف" },
  quote: {
    ...dates,
    name: "ألواح شمسية لسطح المصنع",
    description: "نشكركم على اهتمامكم، ويسعدنا تقديم العرض التالي لمنتج Widget Pro 3000 (الإصدار الجديد).",
    currency: "SAR",
    discount_percent: "5",
    payment_terms: "خلال ثلاثين يومًا من تاريخ التسليم",
    requires_signature: true,
    line_items: [
      { name: "لوح شمسي (كبير)", description: "ضمان لمدة ٢٥ سنة", quantity: "24", unit_price: "1890.00", tax_percent: "15" },
      { name: "خدمة الصيانة السنوية", quantity: "1.5", unit_price: "960.00", discount_percent: "2.5", tax_percent: "15" },
      { name: "بطارية", quantity: "1", unit_price: "4890.00", tax_percent: "15", optional: true },
    ],
  },
};

export const chinese: QuoteSample = {
  language: "zh-CN",
  sender: ["上海科技有限公司", "南京西路1号", "上海 200040"],
  footer: "上海科技有限公司 · 统一社会信用代码 91310000000000000X",
  customer: { name: "深圳“骨角”贸易有限公司" },
  address: { ...billing, address_line1: "深南大道9号", city: "深圳", country: "CN", postal_code: "518000" },
  contact: { first_name: "珺", last_name: "王" },
  quote: {
    ...dates,
    name: "机房服务器",
    description: "感谢贵公司的询价，我们很高兴提供以下报价。",
    currency: "CNY",
    fixed_discount: "100",
    delivery_terms: "四周内送达深圳",
    line_items: [
      { name: "服务器（直角）", description: "含三年上门服务", quantity: "2", unit_price: "12340.00", tax_percent: "13" },
      { name: "安装调试", quantity: "1", unit_price: "800.00", tax_percent: "6" },
    ],
  },
};

export const korean: QuoteSample = {
  language: "ko",
  sender: ["한빛태양광 주식회사", "서울특별시 중구 세종대로 110", "04524"],
  footer: "한빛태양광 주식회사 · 사업자등록번호 123-45-67890",
  customer: { name: "㈜바다산업" },
  address: { ...billing, address_line1: "해운대로 570", city: "부산", country: "KR", postal_code: "48094" },
  contact: { first_name: "민준", last_name: "김" },
  quote: {
    ...dates,
    name: "공장 지붕 태양광 설비",
    description: "귀사의 무궁한 발전을 기원합니다. 아래와 같이 견적을 제출합니다.",
    currency: "KRW",
    discount_percent: "3",
    requires_signature: true,
    line_items: [
      { name: "태양광 모듈", description: "400 W, 출력 보증 25년", quantity: "24", unit_price: "189000", tax_percent: "10" },
      { name: "설치", quantity: "3", unit_price: "960000", tax_percent: "10" },
    ],
  },
};

export const japanese: QuoteSample = {
  language: "ja",
  sender: ["神社商事株式会社", "東京都千代田区丸の内1-1", "100-0005"],
  footer: "神社商事株式会社 · 登録番号 T1234567890123",
  customer: { name: "髙橋﨑工業「株式会社」" },
  address: { ...billing, address_line1: "中区錦2-4-15", city: "名古屋市", country: "JP", postal_code: "460-0003" },
  contact: { first_name: "𠮷郎", last_name: "髙橋" },
  quote: {
    ...dates,
    name: "サーバー更新",
    description: "平素は格別のお引き立てを賜り、厚く御礼申し上げます。下記の通りお見積り申し上げます。",
    currency: "JPY",
    line_items: [
      { name: "サーバー・ラック", description: "保守3年込み", quantity: "2", unit_price: "123400", tax_percent: "10" },
      { name: "設置作業", quantity: "1", unit_price: "45000", tax_percent: "10" },
    ],
  },
};
