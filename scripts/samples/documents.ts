import { crc32, deflateSync } from "node:zlib";
import type { BusinessDocument, Row } from "@crm/core/lib/pdf/document.ts";

/** Documents for customers in four scripts, for the tests and for the pictures in docs. */

const baseDocument = { id: "quo_01/3", at: "2026-01-31T09:30:00.000Z", paper: "A4", author: "Northwind Trading" } as const;

const buildColumns = (description: string, quantity: string, price: string, amount: string) => [
  { head: "#", share: 1, align: "end" as const },
  { head: description, share: 8 },
  { head: quantity, share: 2, align: "end" as const },
  { head: price, share: 3, align: "end" as const },
  { head: amount, share: 3, align: "end" as const },
];

export const latin: BusinessDocument = {
  ...baseDocument,
  language: "en",
  title: "Quote Q-2026-000123",
  header: {
    logo: { bytes: drawLogo(), alt: "Northwind Trading", width: 120 },
    from: ["Northwind Trading Ltd", "1 Harbour Street", "London E1 6AN"],
    to: ["Łukasz Ünal", "Müller & Søn GmbH", "Königstraße 7", "10178 Berlin"],
  },
  blocks: [
    { kind: "paragraph", text: "Valid until 2 March 2026", strong: true },
    { kind: "paragraph", text: "Dear Łukasz, thank you for your enquiry. We are glad to offer you the following." },
    {
      kind: "table",
      columns: buildColumns("Description", "Quantity", "Unit price", "Amount"),
      rows: [
        [
          "1",
          { text: "Solar module SM-400", note: "400 W, black frame, with 25 years of warranty on its output" },
          "24",
          "€189.00",
          "€4,536.00",
        ],
        ["2", "Inverter 10 kW", "1", "€1,450.00", "€1,450.00"],
        ["3", { text: "Installation", note: "Two fitters for three days" }, "3", "€960.00", "€2,880.00"],
      ],
    },
    {
      kind: "totals",
      lines: [
        { label: "Subtotal", amount: "€8,866.00" },
        { label: "Discount 5 %", amount: "−€443.30" },
        { label: "VAT 19 %", amount: "€1,600.31" },
        { label: "Total", amount: "€10,023.01", strong: true },
      ],
    },
    { kind: "heading", level: 1, text: "Terms" },
    { kind: "paragraph", text: "Payment within 30 days of delivery.\nDelivery within six weeks of your order." },
  ],
  footer: "Northwind Trading Ltd · Registered in England 01234567",
};

export const arabic: BusinessDocument = {
  ...baseDocument,
  language: "ar-EG",
  title: "عرض سعر رقم Q-2026-000123",
  header: {
    from: ["شركة التقنية (المحدودة)", "١٢ شارع النيل", "القاهرة"],
    to: ["السيد محمد الشريف", "Acme GmbH (Berlin)", "+49 30 1234567"],
  },
  blocks: [
    {
      kind: "paragraph",
      text: "نشكركم على اهتمامكم، ويسعدنا تقديم العرض التالي خلال ٣٠ يومًا لمنتج Widget Pro 3000 (الإصدار الجديد).",
    },
    {
      kind: "table",
      columns: buildColumns("الوصف", "الكمية", "السعر", "المبلغ"),
      rows: [
        ["١", { text: "لوح شمسي (كبير)", note: "ضمان لمدة ٢٥ سنة" }, "٢٤", "١٬٨٩٠٫٠٠ ر.س.", "٤٥٬٣٦٠٫٠٠ ر.س."],
        ["٢", "خدمة الصيانة السنوية", "١", "٩٦٠٫٠٠ ر.س.", "٩٦٠٫٠٠ ر.س."],
      ],
    },
    {
      kind: "totals",
      lines: [
        { label: "المجموع الفرعي", amount: "٤٦٬٣٢٠٫٠٠ ر.س." },
        { label: "الإجمالي", amount: "٥٣٬٢٦٨٫٠٠ ر.س.", strong: true },
      ],
    },
    { kind: "heading", level: 1, text: "الشروط" },
    { kind: "paragraph", text: "الدفع خلال ثلاثين يومًا من تاريخ التسليم." },
  ],
  footer: "شركة التقنية · سجل تجاري ١٢٣٤٥٦٧",
};

export const chinese: BusinessDocument = {
  ...baseDocument,
  language: "zh-CN",
  title: "报价单 Q-2026-000123",
  header: { from: ["上海科技有限公司", "南京西路1号"], to: ["王珺先生", "深圳“骨角”贸易有限公司"] },
  blocks: [
    {
      kind: "paragraph",
      text: "感谢贵公司的询价，我们很高兴提供以下报价。本报价有效期至2026年3月2日，逾期请重新询价。".repeat(3),
    },
    {
      kind: "table",
      columns: buildColumns("品名", "数量", "单价", "金额"),
      rows: [["1", "服务器（直角）", "2", "¥1,234.00", "¥2,468.00"]],
    },
  ],
};

export const japanese: BusinessDocument = {
  ...baseDocument,
  language: "ja",
  title: "御見積書",
  header: { to: ["髙橋﨑𠮷様", "神社商事「株式会社」"] },
  blocks: [
    {
      kind: "paragraph",
      text: "平素は格別のお引き立てを賜り、厚く御礼申し上げます。下記の通りお見積り申し上げます（税込）。".repeat(3),
    },
    {
      kind: "table",
      columns: buildColumns("品名", "数量", "単価", "金額"),
      rows: [["1", "サーバー・ラック", "2", "￥1,234", "￥2,468"]],
    },
  ],
};

export const korean: BusinessDocument = {
  ...baseDocument,
  paper: "LETTER",
  language: "ko",
  title: "견적서 Q-2026-000123",
  blocks: [
    {
      kind: "paragraph",
      text: "귀사의 무궁한 발전을 기원합니다. 아래와 같이 견적을 제출합니다. 부가가치세 포함 금액입니다. ".repeat(3).trim(),
    },
    {
      kind: "table",
      columns: buildColumns("품명", "수량", "단가", "금액"),
      rows: [["1", "태양광 모듈", "2", "₩1,234", "₩2,468"]],
    },
  ],
};

/** Builds a quote with this many lines; some have notes of several lines. */
export function buildLongQuote(lines: number): BusinessDocument {
  const rows = Array.from({ length: lines }, (_, index): Row => {
    const text = `Part no. ${index + 1}, made to order`;
    const note = `Of steel, with all that belongs to it. Delivered in a crate of its own, which goes back. End of ${index + 1}.`;
    return [String(index + 1), index % 7 === 3 ? { text, note } : text, "1,000", "€12.50", "€12,500.00"];
  });
  const [first, second, table, ...rest] = latin.blocks;
  if (!first || !second || table?.kind !== "table") throw new Error("The third block of the sample must be a table");
  return { ...latin, blocks: [first, second, { ...table, rows }, ...rest] };
}

/** Encodes a PNG from packed rows that each begin with their filter. */
export function encodePng(
  size: { width: number; height: number; bits: number; type: number },
  rows: Buffer,
  more: readonly Buffer[] = [],
): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size.width, 0);
  head.writeUInt32BE(size.height, 4);
  head.writeUInt8(size.bits, 8);
  head.writeUInt8(size.type, 9);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    encodeChunk("IHDR", head),
    ...more,
    encodeChunk("IDAT", deflateSync(rows)),
    encodeChunk("IEND", Buffer.alloc(0)),
  ]);
}

export function encodeChunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** Draws a company logo in two colours. */
export function drawLogo(): Buffer {
  const [width, height] = [180, 60];
  const rows = Buffer.alloc((width * 4 + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isSail = x < 60 && x > 60 - y;
      const isHull = x > 70 && (x - 70) % 28 < 14;
      const color = isSail ? [0x0b, 0x6e, 0x99, 255] : isHull ? [0xf2, 0x8c, 0x28, 255] : [0, 0, 0, 0];
      Buffer.from(color).copy(rows, y * (width * 4 + 1) + 1 + x * 4);
    }
  return encodePng({ width, height, bits: 8, type: 6 }, rows);
}
