import {
  buildHeaders,
  buildMultipart,
  buildPart,
  buildPlainMail,
  encodeBase64,
  encodeLatin1,
  encodeUtf8,
  joinParts,
  type MailFixture,
} from "./raw-mail.ts";
import { buildTnef } from "./tnef.ts";

/** Attachments in various containers, and other parts of an email. */
export const attachmentFixtures: readonly MailFixture[] = [
  {
    name: "a mail within a mail",
    raw: buildMultipart("mixed", [
      buildPart("text/plain", "see below"),
      [
        "Content-Type: message/rfc822",
        "Content-Disposition: attachment",
        "",
        "Subject: =?utf-8?Q?Rechnung_f=C3=BCr?=",
        "From: x@x.example",
        "",
        "inner text",
      ],
    ]),
    is: { text: "see below", subject: "Hello", attachments: [{ name: "Rechnung für.eml", type: "message/rfc822" }] },
  },
  {
    name: "a digest of mails",
    raw: buildMultipart("digest", [
      ["", "Subject: one", "", "a"],
      ["", "Subject: two", "", "b"],
    ]),
    is: { text: "", attachments: [{ name: "one.eml" }, { name: "two.eml" }] },
  },
  {
    name: "winmail.dat with files and a text",
    raw: buildMultipart("mixed", [
      buildPart("text/plain", ""),
      buildPart(
        "application/ms-tnef; name=winmail.dat",
        encodeBase64(
          buildTnef({
            body: "Grüße aus Outlook",
            files: [
              { name: "Preisübersicht.xlsx", content: "sheet" },
              { name: "b.txt", content: "hello" },
            ],
          }),
        ),
        "Content-Transfer-Encoding: base64",
      ),
    ]),
    is: {
      text: "Grüße aus Outlook",
      attachments: [
        { name: "Preisübersicht.xlsx", size: 5 },
        { name: "b.txt", size: 5 },
      ],
    },
  },
  {
    name: "winmail.dat that is none",
    raw: buildMultipart("mixed", [
      buildPart("text/plain", "hello"),
      buildPart("application/ms-tnef; name=winmail.dat", encodeBase64("not that"), "Content-Transfer-Encoding: base64"),
    ]),
    is: { attachments: [{ name: "winmail.dat", size: 8 }] },
  },
  {
    name: "a file within the text, as uuencode has it",
    raw: buildPlainMail("see:\nbegin 644 cat.txt\n#0V%T\n`\nend\nbye"),
    is: { text: "see:\nbye", attachments: [{ name: "cat.txt", size: 3 }] },
  },
  {
    name: "format=flowed",
    raw: buildPlainMail("A long \nparagraph.\n> quoted \n> words\n-- \nAda", {
      "Content-Type": "text/plain; charset=utf-8; format=flowed",
    }),
    is: { text: "A long paragraph.\n> quoted words\n-- \nAda", answer: "A long paragraph." },
  },
  {
    name: "format=flowed of Japanese",
    raw: buildPlainMail("日本 \n語", { "Content-Type": "text/plain; charset=utf-8; format=flowed; delsp=yes" }),
    is: { text: "日本語" },
  },
  {
    name: "a part in base64 that has parts",
    raw: encodeUtf8(
      ...buildHeaders({ "Content-Type": "multipart/mixed; boundary=x", "Content-Transfer-Encoding": "base64" }),
      "",
      encodeBase64(["--x", ...buildPart("text/plain", "within"), "--x--"].join("\r\n")),
    ),
    is: { text: "within" },
  },
  {
    name: "names that lead elsewhere",
    raw: buildMultipart("mixed", [
      buildPart("text/plain", "x"),
      ...["../../etc/passwd", "C:\\\\temp\\\\report.pdf", "cv\u202efdp.exe", ".htaccess", "CON.txt", "a\u0000b.txt"].map((name) =>
        buildPart("application/octet-stream", "x", `Content-Disposition: attachment; filename="${name}"`),
      ),
    ]),
    is: {
      attachments: [
        { name: "passwd" },
        { name: "report.pdf" },
        { name: "cvfdp.exe" },
        { name: "htaccess" },
        { name: "_CON.txt" },
        { name: "a b.txt" },
      ],
    },
  },
  {
    name: "files without names, and two of one name",
    raw: buildMultipart("mixed", [
      buildPart("text/plain", "x"),
      buildPart("image/jpeg", "x"),
      buildPart("image/png; name=a.png", "x"),
      buildPart("image/png; name=A.png", "x"),
      buildPart("application/x-odd", "x"),
    ]),
    is: { attachments: [{ name: "attachment-1.jpg" }, { name: "a.png" }, { name: "A (3).png" }, { name: "attachment-4.bin" }] },
  },
  {
    name: "signed, and what signs it",
    raw: buildMultipart("signed", [
      buildPart("text/plain", "signed text"),
      buildPart("application/pgp-signature; name=signature.asc", "-----BEGIN"),
    ]),
    is: { text: "signed text", attachments: [] },
  },
  {
    name: "sealed by S/MIME",
    raw: encodeUtf8(
      ...buildHeaders({ "Content-Type": "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m" }),
      "",
      "xx",
    ),
    is: { text: "", attachments: [{ name: "smime.p7m" }] },
  },
  {
    name: "a file of a Mac in two halves",
    raw: buildMultipart("mixed", [
      buildPart("text/plain", "x"),
      [
        "Content-Type: multipart/appledouble; boundary=d",
        "",
        ...joinParts("d", [
          buildPart("application/applefile; name=a.doc", "rsrc"),
          buildPart("application/msword; name=a.doc", "data"),
        ]),
      ],
    ]),
    is: { attachments: [{ name: "a.doc", type: "application/msword" }] },
  },
  {
    name: "content types that are none",
    raw: encodeUtf8(...buildHeaders({ "Content-Type": "text" }), "", "hello"),
    is: { text: "hello" },
  },
  {
    name: "parameters with comments, quotes and semicolons",
    raw: encodeUtf8(
      ...buildHeaders({ "Content-Type": 'multipart/mixed (of; parts); boundary="a;b=c (d)"' }),
      "",
      "--a;b=c (d)",
      ...buildPart("text/plain", "hello"),
      "--a;b=c (d)--",
    ),
    is: { text: "hello" },
  },
  {
    name: "text in rich text of old programs",
    raw: encodeUtf8(
      ...buildHeaders({ "Content-Type": "text/enriched" }),
      "",
      "<bold>Hello</bold>, <<tag> <color><param>red</param>world</color>",
    ),
    is: { text: "Hello, <tag> world" },
  },
  {
    name: "controls and zeros in a text",
    raw: encodeLatin1(...buildHeaders(), "", "a\x00b\x07c\x1b[31md"),
    is: { text: "abc[31md" },
  },
  {
    name: "dates: of the obsolete zone, and of none",
    raw: buildPlainMail("x", { Date: "Fri, 21 Nov 97 09:55:06 EST (winter)" }),
    is: { date: "1997-11-21T14:55:06.000Z" },
  },
  { name: "a date that is none", raw: buildPlainMail("x", { Date: "am Freitag" }), is: { date: null } },
  {
    name: "an invitation",
    raw: buildMultipart("alternative", [
      buildPart("text/plain", "Meeting"),
      buildPart("text/calendar; method=REQUEST; charset=utf-8", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR"),
    ]),
    is: {
      kind: "calendar",
      calendar: { method: "REQUEST", text: "BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR" },
      attachments: [],
    },
  },
  {
    name: "an invitation as a file",
    raw: buildMultipart("mixed", [
      buildPart("text/plain", "x"),
      buildPart(
        "application/ics; name=invite.ics",
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR",
        "Content-Disposition: attachment; filename=invite.ics",
      ),
    ]),
    is: { kind: "calendar", attachments: [{ name: "invite.ics" }] },
  },
  {
    name: "a calendar that asks nothing",
    raw: buildMultipart("mixed", [
      buildPart("text/plain", "x"),
      buildPart("text/calendar; name=dates.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR", "Content-Disposition: attachment"),
    ]),
    is: { kind: "message", calendar: null, attachments: [{ name: "dates.ics" }] },
  },
];
