import { base64, bytes, encoded, head, multipart, part, plain, type Shape, wire } from "./raw.ts";

/** Charsets and encodings, as they are said and as they are. */
export const charsets: readonly Shape[] = [
  { name: "UTF-8, eight bits", raw: plain("Grüße 🎉"), is: { text: "Grüße 🎉", kind: "message" } },
  {
    name: "ISO-2022-JP",
    raw: encoded("ISO-2022-JP", "GyRCRnxLXDhsJE5MZCQkOWckbyQ7JEckOSEjGyhC"),
    is: { text: "日本語の問い合わせです。" },
  },
  {
    name: "ISO-2022-JP that says it is ASCII",
    raw: encoded("us-ascii", "GyRCRnxLXDhsJE5MZCQkOWckbyQ7JEckOSEjGyhC"),
    is: { text: "日本語の問い合わせです。" },
  },
  { name: "Shift_JIS", raw: encoded("Shift_JIS", "k/qWe4zqgsyW4oKijYeC7YK5gsWCt4FC"), is: { text: "日本語の問い合わせです。" } },
  {
    name: "Shift_JIS as Windows calls it",
    raw: encoded("windows-31j", "k/qWe4zqgsyW4oKijYeC7YK5gsWCt4FC"),
    is: { text: "日本語の問い合わせです。" },
  },
  { name: "EUC-JP", raw: encoded('"euc-jp"', "xvzL3LjspM7M5KSkueek76S7pMekuaGj"), is: { text: "日本語の問い合わせです。" } },
  { name: "GB2312", raw: encoded("gb2312", "xPq6w6OsztLP683Lu/Whow=="), is: { text: "您好，我想退货。" } },
  { name: "HZ", raw: encoded("hz-gb-2312", "fntEejpDIyxOUk9rTUs7dSEjfn0="), is: { text: "您好，我想退货。" } },
  { name: "Big5", raw: encoded("big5", "sXqmbqFBp9q3UbBos2ahQw=="), is: { text: "您好，我想退貨。" } },
  {
    name: "EUC-KR",
    raw: encoded("ks_c_5601-1987", "wda5rsDMILW1wvjHz8H2IL7KvtK9wLTPtNku"),
    is: { text: "주문이 도착하지 않았습니다." },
  },
  {
    name: "ISO-2022-KR",
    raw: encoded("iso-2022-kr", "GyQpQw5BVjkuQEwPIA41NUJ4R09Bdg8gDj5KPlI9QDRPNFkPLg=="),
    is: { text: "주문이 도착하지 않았습니다." },
  },
  {
    name: "KOI8-R",
    raw: encoded("koi8-r", "+sTSwdfT1NfVytTFLCDawcvB2iDOxSDQ0snbo8wu"),
    is: { text: "Здравствуйте, заказ не пришёл." },
  },
  {
    name: "windows-1251 as cp1251",
    raw: encoded("cp1251", "x+Tw4OLx8uLz6fLlLCDn4Org5yDt5SDv8Oj4uOsu"),
    is: { text: "Здравствуйте, заказ не пришёл." },
  },
  {
    name: "windows-1252 that says ISO-8859-1",
    raw: encoded("iso-8859-1", "xCDWINwgliBncvzfZQ=="),
    is: { text: "Ä Ö Ü – grüße" },
  },
  { name: "windows-1250", raw: encoded("windows-1250", "UPjtbGmaIJ5sdZ1vdehr/SBr+fI="), is: { text: "Příliš žluťoučký kůň" } },
  { name: "ISO-8859-7", raw: encoded("iso-8859-7", "yuHr5+zd8eEg8+Hy"), is: { text: "Καλημέρα σας" } },
  { name: "ISO-8859-8-I", raw: encoded("iso-8859-8-i", "+ezl7SDy5ezt"), is: { text: "שלום עולם" } },
  { name: "windows-1256", raw: encoded("windows-1256", "49HNyMcgyMfh2sfh4w=="), is: { text: "مرحبا بالعالم" } },
  { name: "ISO-8859-9", raw: encoded("iso8859-9", "3XlpIGf8bmxlciwgc2lwYXJp/g=="), is: { text: "İyi günler, sipariş" } },
  { name: "TIS-620", raw: encoded("tis-620", "ysfRyrTVpMPRug=="), is: { text: "สวัสดีครับ" } },
  { name: "code page 850", raw: encoded("cp850", "R3KB4WU="), is: { text: "Grüße" } },
  { name: "UTF-7", raw: encoded("utf-7", "R3IrQVB3QTN3LWUgYXVzIEsrQVBZLWxu"), is: { text: "Grüße aus Köln" } },
  { name: "UTF-16", raw: encoded("utf-16le", "RwByAPwA3wBlACAAYQB1AHMAIABLAPYAbABuAA=="), is: { text: "Grüße aus Köln" } },
  {
    name: "UTF-8 that says it is Latin-1",
    raw: encoded("iso-8859-1", base64("Größe 42 – ça va")),
    is: { text: "Größe 42 – ça va" },
  },
  {
    name: "windows-1252 that says it is UTF-8",
    raw: bytes(...head({ "Content-Type": "text/plain; charset=utf-8" }), "", "Gr\xfc\xdfe aus K\xf6ln"),
    is: { text: "Grüße aus Köln" },
  },
  {
    name: "windows-1251 without a charset",
    raw: bytes(...head(), "", Buffer.from("x+Tw4OLx8uLz6fLlLCDn4Org5yDt5SDv8Oj4uOsu", "base64").toString("latin1")),
    is: { text: "Здравствуйте, заказ не пришёл." },
  },
  { name: "a charset that nobody knows", raw: encoded("x-martian-9", base64("Grüße")), is: { text: "Grüße" } },
  {
    name: "UTF-8 cut in the middle of a sign",
    raw: encoded(
      "utf-8",
      base64(Buffer.concat([Buffer.from("Grüße aus Köln und Düsseldorf, schöne Grüße: "), Buffer.from([0xc3])])),
    ),
    is: { text: "Grüße aus Köln und Düsseldorf, schöne Grüße: \ufffd" },
  },
  {
    name: "quoted-printable with soft breaks and what is none",
    raw: wire(
      ...head({ "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "Quoted-Printable" }),
      "",
      "Gr=C3=BC=C3=9Fe =",
      "aus K=c3=b6ln, 5 =3D 5, 1=2, =ZZ=   ",
      "!",
    ),
    is: { text: "Grüße aus Köln, 5 = 5, 1=2, =ZZ!" },
  },
  {
    name: "base64 garbage",
    raw: wire(...head({ "Content-Transfer-Encoding": "base64" }), "", "SGVs*bG8", "!!!", "sIHdv cmxk", "===="),
    is: { text: "Hello, world" },
  },
  {
    name: "base64 put together of two",
    raw: wire(...head({ "Content-Transfer-Encoding": "base64" }), "", `${base64("Hello, w")}\r\n${base64("orld")}`),
    is: { text: "Hello, world" },
  },
  {
    name: "an encoding that there is not",
    raw: plain("Hello", { "Content-Transfer-Encoding": "8-bit-ish" }),
    is: { text: "Hello" },
  },
  {
    name: "words in a subject, a sign cut between two",
    raw: plain("x", { Subject: "=?utf-8?B?R3LDvMM=?=\r\n =?utf-8?B?n2UgYXVz?= =?ISO-8859-1?Q?_K=F6ln?=" }),
    is: { subject: "Grüße aus Köln" },
  },
  {
    name: "words in ISO-2022-JP",
    raw: plain("x", { Subject: "=?ISO-2022-JP?B?GyRCTGQkJDlnJG8kOxsoQg==?=" }),
    is: { subject: "問い合わせ" },
  },
  { name: "a subject in bare windows-1252", raw: bytes(...head({ Subject: "Gr\xfc\xdfe" }), "", "x"), is: { subject: "Grüße" } },
  { name: "a subject in bare UTF-8", raw: plain("x", { Subject: "问题 🎉" }), is: { subject: "问题 🎉" } },
  {
    name: "a broken word stays as it is",
    raw: plain("x", { Subject: "=?utf-8?X?abc?= and =?utf-8?B?" }),
    is: { subject: "=?utf-8?X?abc?= and =?utf-8?B?" },
  },
  {
    name: "names: encoded, quoted, with a comma, in a group",
    raw: plain("x", {
      From: "=?utf-8?Q?M=C3=BCller=2C_J=C3=B6rg?= <Joerg@Customer.EXAMPLE>",
      To: `"Support, Acme" <${"support@acme.in.example"}>, Team: a@x.example, "B \\"C\\"" <b@x.example>;`,
      Cc: "=?gb2312?B?zfXQocP3?= <wang@x.example>, broken, <>",
    }),
    is: {
      from: { name: "Müller, Jörg", email: "joerg@customer.example" },
      to: [
        { name: "Support, Acme", email: "support@acme.in.example" },
        { name: null, email: "a@x.example" },
        { name: 'B "C', email: "b@x.example" },
      ],
      cc: [{ name: "王小明", email: "wang@x.example" }],
    },
  },
  {
    name: "file names of RFC 2231, in parts and in a charset",
    raw: multipart("mixed", [
      part("text/plain", "see files"),
      part(
        "application/pdf",
        base64("%PDF-1"),
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment;\r\n filename*0*=utf-8''Angebot%20f%C3%BCr%20;\r\n filename*1*=M%C3%BCller;\r\n filename*2=.pdf",
      ),
      part(
        "application/pdf",
        base64("%PDF-2"),
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment; filename*=iso-8859-1'de'Gr%F6%DFe.pdf; filename=\"Groesse.pdf\"",
      ),
      part('image/png; name="=?utf-8?B?w5xiZXJzaWNodC5wbmc=?="', base64("png"), "Content-Transfer-Encoding: base64"),
      part('application/zip; name="=?shift_jis?B?jpGXvy56aXA=?="', base64("zip"), "Content-Transfer-Encoding: base64"),
    ]),
    is: {
      attachments: [{ name: "Angebot für Müller.pdf" }, { name: "Größe.pdf" }, { name: "Übersicht.png" }, { name: "資料.zip" }],
    },
  },
];
