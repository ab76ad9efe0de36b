import {
  buildEncodedMail,
  buildHeaders,
  buildMultipart,
  buildPart,
  buildPlainMail,
  encodeBase64,
  encodeLatin1,
  encodeUtf8,
  type MailFixture,
} from "./raw-mail.ts";

/** Charsets and encodings, including wrongly declared ones. */
export const charsetFixtures: readonly MailFixture[] = [
  { name: "UTF-8, eight bits", raw: buildPlainMail("Grüße 🎉"), is: { text: "Grüße 🎉", kind: "message" } },
  {
    name: "ISO-2022-JP",
    raw: buildEncodedMail("ISO-2022-JP", "GyRCRnxLXDhsJE5MZCQkOWckbyQ7JEckOSEjGyhC"),
    is: { text: "日本語の問い合わせです。" },
  },
  {
    name: "ISO-2022-JP that says it is ASCII",
    raw: buildEncodedMail("us-ascii", "GyRCRnxLXDhsJE5MZCQkOWckbyQ7JEckOSEjGyhC"),
    is: { text: "日本語の問い合わせです。" },
  },
  {
    name: "Shift_JIS",
    raw: buildEncodedMail("Shift_JIS", "k/qWe4zqgsyW4oKijYeC7YK5gsWCt4FC"),
    is: { text: "日本語の問い合わせです。" },
  },
  {
    name: "Shift_JIS as Windows calls it",
    raw: buildEncodedMail("windows-31j", "k/qWe4zqgsyW4oKijYeC7YK5gsWCt4FC"),
    is: { text: "日本語の問い合わせです。" },
  },
  {
    name: "EUC-JP",
    raw: buildEncodedMail('"euc-jp"', "xvzL3LjspM7M5KSkueek76S7pMekuaGj"),
    is: { text: "日本語の問い合わせです。" },
  },
  { name: "GB2312", raw: buildEncodedMail("gb2312", "xPq6w6OsztLP683Lu/Whow=="), is: { text: "您好，我想退货。" } },
  { name: "HZ", raw: buildEncodedMail("hz-gb-2312", "fntEejpDIyxOUk9rTUs7dSEjfn0="), is: { text: "您好，我想退货。" } },
  { name: "Big5", raw: buildEncodedMail("big5", "sXqmbqFBp9q3UbBos2ahQw=="), is: { text: "您好，我想退貨。" } },
  {
    name: "EUC-KR",
    raw: buildEncodedMail("ks_c_5601-1987", "wda5rsDMILW1wvjHz8H2IL7KvtK9wLTPtNku"),
    is: { text: "주문이 도착하지 않았습니다." },
  },
  {
    name: "ISO-2022-KR",
    raw: buildEncodedMail("iso-2022-kr", "GyQpQw5BVjkuQEwPIA41NUJ4R09Bdg8gDj5KPlI9QDRPNFkPLg=="),
    is: { text: "주문이 도착하지 않았습니다." },
  },
  {
    name: "KOI8-R",
    raw: buildEncodedMail("koi8-r", "+sTSwdfT1NfVytTFLCDawcvB2iDOxSDQ0snbo8wu"),
    is: { text: "Здравствуйте, заказ не пришёл." },
  },
  {
    name: "windows-1251 as cp1251",
    raw: buildEncodedMail("cp1251", "x+Tw4OLx8uLz6fLlLCDn4Org5yDt5SDv8Oj4uOsu"),
    is: { text: "Здравствуйте, заказ не пришёл." },
  },
  {
    name: "windows-1252 that says ISO-8859-1",
    raw: buildEncodedMail("iso-8859-1", "xCDWINwgliBncvzfZQ=="),
    is: { text: "Ä Ö Ü – grüße" },
  },
  {
    name: "windows-1250",
    raw: buildEncodedMail("windows-1250", "UPjtbGmaIJ5sdZ1vdehr/SBr+fI="),
    is: { text: "Příliš žluťoučký kůň" },
  },
  { name: "ISO-8859-7", raw: buildEncodedMail("iso-8859-7", "yuHr5+zd8eEg8+Hy"), is: { text: "Καλημέρα σας" } },
  { name: "ISO-8859-8-I", raw: buildEncodedMail("iso-8859-8-i", "+ezl7SDy5ezt"), is: { text: "שלום עולם" } },
  { name: "windows-1256", raw: buildEncodedMail("windows-1256", "49HNyMcgyMfh2sfh4w=="), is: { text: "مرحبا بالعالم" } },
  { name: "ISO-8859-9", raw: buildEncodedMail("iso8859-9", "3XlpIGf8bmxlciwgc2lwYXJp/g=="), is: { text: "İyi günler, sipariş" } },
  { name: "TIS-620", raw: buildEncodedMail("tis-620", "ysfRyrTVpMPRug=="), is: { text: "สวัสดีครับ" } },
  { name: "code page 850", raw: buildEncodedMail("cp850", "R3KB4WU="), is: { text: "Grüße" } },
  { name: "UTF-7", raw: buildEncodedMail("utf-7", "R3IrQVB3QTN3LWUgYXVzIEsrQVBZLWxu"), is: { text: "Grüße aus Köln" } },
  {
    name: "UTF-16",
    raw: buildEncodedMail("utf-16le", "RwByAPwA3wBlACAAYQB1AHMAIABLAPYAbABuAA=="),
    is: { text: "Grüße aus Köln" },
  },
  {
    name: "UTF-8 that says it is Latin-1",
    raw: buildEncodedMail("iso-8859-1", encodeBase64("Größe 42 – ça va")),
    is: { text: "Größe 42 – ça va" },
  },
  {
    name: "windows-1252 that says it is UTF-8",
    raw: encodeLatin1(...buildHeaders({ "Content-Type": "text/plain; charset=utf-8" }), "", "Gr\xfc\xdfe aus K\xf6ln"),
    is: { text: "Grüße aus Köln" },
  },
  {
    name: "windows-1251 without a charset",
    raw: encodeLatin1(
      ...buildHeaders(),
      "",
      Buffer.from("x+Tw4OLx8uLz6fLlLCDn4Org5yDt5SDv8Oj4uOsu", "base64").toString("latin1"),
    ),
    is: { text: "Здравствуйте, заказ не пришёл." },
  },
  { name: "an unknown charset", raw: buildEncodedMail("x-martian-9", encodeBase64("Grüße")), is: { text: "Grüße" } },
  {
    name: "UTF-8 cut in the middle of a sign",
    raw: buildEncodedMail(
      "utf-8",
      encodeBase64(Buffer.concat([Buffer.from("Grüße aus Köln und Düsseldorf, schöne Grüße: "), Buffer.from([0xc3])])),
    ),
    is: { text: "Grüße aus Köln und Düsseldorf, schöne Grüße: \ufffd" },
  },
  {
    name: "quoted-printable with soft breaks and what is none",
    raw: encodeUtf8(
      ...buildHeaders({ "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "Quoted-Printable" }),
      "",
      "Gr=C3=BC=C3=9Fe =",
      "aus K=c3=b6ln, 5 =3D 5, 1=2, =ZZ=   ",
      "!",
    ),
    is: { text: "Grüße aus Köln, 5 = 5, 1=2, =ZZ!" },
  },
  {
    name: "base64 garbage",
    raw: encodeUtf8(...buildHeaders({ "Content-Transfer-Encoding": "base64" }), "", "SGVs*bG8", "!!!", "sIHdv cmxk", "===="),
    is: { text: "Hello, world" },
  },
  {
    name: "base64 put together of two",
    raw: encodeUtf8(
      ...buildHeaders({ "Content-Transfer-Encoding": "base64" }),
      "",
      `${encodeBase64("Hello, w")}\r\n${encodeBase64("orld")}`,
    ),
    is: { text: "Hello, world" },
  },
  {
    name: "an encoding that there is not",
    raw: buildPlainMail("Hello", { "Content-Transfer-Encoding": "8-bit-ish" }),
    is: { text: "Hello" },
  },
  {
    name: "words in a subject, a sign cut between two",
    raw: buildPlainMail("x", { Subject: "=?utf-8?B?R3LDvMM=?=\r\n =?utf-8?B?n2UgYXVz?= =?ISO-8859-1?Q?_K=F6ln?=" }),
    is: { subject: "Grüße aus Köln" },
  },
  {
    name: "words in ISO-2022-JP",
    raw: buildPlainMail("x", { Subject: "=?ISO-2022-JP?B?GyRCTGQkJDlnJG8kOxsoQg==?=" }),
    is: { subject: "問い合わせ" },
  },
  {
    name: "a subject in bare windows-1252",
    raw: encodeLatin1(...buildHeaders({ Subject: "Gr\xfc\xdfe" }), "", "x"),
    is: { subject: "Grüße" },
  },
  { name: "a subject in bare UTF-8", raw: buildPlainMail("x", { Subject: "问题 🎉" }), is: { subject: "问题 🎉" } },
  {
    name: "a broken word stays as it is",
    raw: buildPlainMail("x", { Subject: "=?utf-8?X?abc?= and =?utf-8?B?" }),
    is: { subject: "=?utf-8?X?abc?= and =?utf-8?B?" },
  },
  {
    name: "names: encoded, quoted, with a comma, in a group",
    raw: buildPlainMail("x", {
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
    name: "names: encoded with the address, raw beside a comma, and an address as a name",
    raw: buildPlainMail("x", {
      From: "=?utf-8?B?SsO2cmcgPGpvZXJnQGN1c3RvbWVyLmV4YW1wbGU+?=",
      To: '"王, 小明" <wang@x.example>, =?utf-8?B?ZXZpbEB4LmV4YW1wbGU=?=',
    }),
    is: {
      from: { name: "Jörg", email: "joerg@customer.example" },
      to: [{ name: "王, 小明", email: "wang@x.example" }],
    },
  },
  {
    name: "file names of RFC 2231, in parts and in a charset",
    raw: buildMultipart("mixed", [
      buildPart("text/plain", "see files"),
      buildPart(
        "application/pdf",
        encodeBase64("%PDF-1"),
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment;\r\n filename*0*=utf-8''Angebot%20f%C3%BCr%20;\r\n filename*1*=M%C3%BCller;\r\n filename*2=.pdf",
      ),
      buildPart(
        "application/pdf",
        encodeBase64("%PDF-2"),
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment; filename*=iso-8859-1'de'Gr%F6%DFe.pdf; filename=\"Groesse.pdf\"",
      ),
      buildPart('image/png; name="=?utf-8?B?w5xiZXJzaWNodC5wbmc=?="', encodeBase64("png"), "Content-Transfer-Encoding: base64"),
      buildPart('application/zip; name="=?shift_jis?B?jpGXvy56aXA=?="', encodeBase64("zip"), "Content-Transfer-Encoding: base64"),
    ]),
    is: {
      attachments: [{ name: "Angebot für Müller.pdf" }, { name: "Größe.pdf" }, { name: "Übersicht.png" }, { name: "資料.zip" }],
    },
  },
];
