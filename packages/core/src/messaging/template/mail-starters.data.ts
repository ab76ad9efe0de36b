import type * as z from "zod";
import type { MailBlock } from "./mail-block.ts";

/**
 * Layouts from which users start a mail. Images and links have addresses of `www.example.com`, which the check before sending refuses, so no mail leaves
 * with one that was forgotten.
 */

type BlockInput = z.input<typeof MailBlock>;

export interface MailStarter {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly subject: string;
  readonly blocks: readonly BlockInput[];
}

const SITE = "https://www.example.com";
const image = (name: string): string => `${SITE}/images/${name}.jpg`;
const greeting: BlockInput = { type: "text", html: "<p>Hello {{person.first_name|there}},</p>" };
const social: BlockInput = {
  type: "social",
  align: "center",
  links: [
    { network: "linkedin", url: `${SITE}/linkedin` },
    { network: "instagram", url: `${SITE}/instagram` },
    { network: "youtube", url: `${SITE}/youtube` },
  ],
};

const marketingFooter: BlockInput = { type: "footer", text: "You get this mail because you subscribed to our news." };
const customerFooter: BlockInput = { type: "footer", text: "You get this mail because you are a customer of {{tenant.name}}." };

export const mailStarters: readonly MailStarter[] = [
  {
    key: "newsletter",
    name: "Newsletter",
    description: "Two stories with images, a list of short news, and your networks",
    subject: "News from {{tenant.name}}",
    blocks: [
      { type: "heading", text: "What is new this month" },
      greeting,
      { type: "text", html: "<p>here are three things that we worked on, and a date for your calendar.</p>" },
      { type: "image", url: image("story"), alt: "Our team in front of the new workshop", link: `${SITE}/story` },
      { type: "heading", level: 2, text: "Our new workshop is open" },
      {
        type: "text",
        html: "<p>Twice the space, and repairs in half the time. From today you can bring your machines to the new address and wait for them.</p>",
      },
      { type: "button", label: "Read the story", url: `${SITE}/story` },
      { type: "divider" },
      {
        type: "columns",
        columns: [
          [
            { type: "image", url: image("guide"), alt: "Cover of the care guide", link: `${SITE}/guide` },
            { type: "heading", level: 3, text: "The care guide" },
            {
              type: "text",
              html: `<p>Ten minutes a month keep a machine running. <a href="${SITE}/guide">Get the guide</a></p>`,
            },
          ],
          [
            { type: "image", url: image("customer"), alt: "A customer at her desk", link: `${SITE}/customer` },
            { type: "heading", level: 3, text: "A customer tells" },
            {
              type: "text",
              html: `<p>How Lena plans a fleet of forty in one afternoon. <a href="${SITE}/customer">Read on</a></p>`,
            },
          ],
        ],
      },
      { type: "divider" },
      { type: "heading", level: 2, text: "In short" },
      {
        type: "text",
        html: "<ul><li>Our telephones are answered until <b>19:00</b> now.</li><li>Spare parts arrive within two days.</li><li>We are at the fair in May, hall 4.</li></ul>",
      },
      social,
      marketingFooter,
    ],
  },
  {
    key: "product_announcement",
    name: "Product announcement",
    description: "One product with a large image, three reasons and one button",
    subject: "Meet the new model",
    blocks: [
      { type: "image", url: image("product"), alt: "The new model seen from the side" },
      { type: "heading", text: "The new model is here", align: "center" },
      {
        type: "text",
        align: "center",
        html: "<p>Lighter, quieter and built to last ten years. Available from today.</p>",
      },
      { type: "button", label: "See the new model", url: `${SITE}/product`, align: "center" },
      { type: "spacer", height: 32 },
      {
        type: "columns",
        columns: [
          [
            { type: "heading", level: 3, text: "Lighter" },
            { type: "text", html: "<p>At 4.2 kilograms one person carries it.</p>" },
          ],
          [
            { type: "heading", level: 3, text: "Quieter" },
            { type: "text", html: "<p>Half as loud as the model before.</p>" },
          ],
          [
            { type: "heading", level: 3, text: "Lasting" },
            { type: "text", html: "<p>Every part can be replaced.</p>" },
          ],
        ],
      },
      marketingFooter,
    ],
  },
  {
    key: "event_invitation",
    name: "Event invitation",
    description: "Date, place and program of an event, with a button to register",
    subject: "You are invited: open house on 12 June",
    blocks: [
      { type: "image", url: image("event"), alt: "Guests at last year’s open house" },
      { type: "heading", text: "Open house at our place" },
      greeting,
      {
        type: "text",
        html: "<p>we would like to show you what we build, and to hear what you need. There is coffee, and a tour each hour.</p>",
      },
      {
        type: "columns",
        columns: [
          [
            { type: "heading", level: 3, text: "When" },
            { type: "text", html: "<p>Friday, 12 June<br>14:00 to 18:00</p>" },
          ],
          [
            { type: "heading", level: 3, text: "Where" },
            { type: "text", html: `<p>1 Harbour Street<br><a href="${SITE}/map">Show the map</a></p>` },
          ],
        ],
      },
      { type: "button", label: "Register", url: `${SITE}/register` },
      { type: "text", html: "<p>Registration closes on 5 June. Bring a colleague if you like.</p>" },
      marketingFooter,
    ],
  },
  {
    key: "webinar",
    name: "Webinar",
    description: "Topic, time and speakers of an online talk",
    subject: "Online talk: plan your fleet in one afternoon",
    blocks: [
      { type: "heading", level: 3, text: "Online talk · 45 minutes · free" },
      { type: "heading", text: "Plan your fleet in one afternoon" },
      { type: "text", html: "<p><b>Tuesday, 16 June, 15:00</b> (Berlin time)</p>" },
      { type: "button", label: "Save my seat", url: `${SITE}/webinar` },
      { type: "spacer", height: 32 },
      { type: "heading", level: 2, text: "You will learn" },
      {
        type: "text",
        html: "<ol><li>How to find out what each vehicle costs</li><li>When buying is better than leasing</li><li>How to write a plan that the board understands</li></ol>",
      },
      { type: "divider" },
      {
        type: "columns",
        stack: false,
        columns: [
          [
            { type: "image", url: image("speaker-1"), alt: "Portrait of Lena Brandt", width: 120 },
            { type: "text", html: "<p><b>Lena Brandt</b><br>Head of fleet</p>" },
          ],
          [
            { type: "image", url: image("speaker-2"), alt: "Portrait of Omar Aziz", width: 120 },
            { type: "text", html: "<p><b>Omar Aziz</b><br>Adviser</p>" },
          ],
        ],
      },
      { type: "text", html: "<p>You cannot come? Register anyway, and we send you the recording.</p>" },
      marketingFooter,
    ],
  },
  {
    key: "welcome",
    name: "Welcome",
    description: "The first mail to a new customer, with three first steps",
    subject: "Welcome to {{tenant.name}}",
    blocks: [
      { type: "heading", text: "Welcome, {{person.first_name|and thank you}}" },
      { type: "text", html: "<p>We are glad that you are here. Three steps, and you are ready.</p>" },
      { type: "heading", level: 3, text: "1. Set your password" },
      { type: "text", html: "<p>So your data stay yours.</p>" },
      { type: "heading", level: 3, text: "2. Invite your colleagues" },
      { type: "text", html: "<p>They see what you share with them, and nothing else.</p>" },
      { type: "heading", level: 3, text: "3. Talk to us" },
      { type: "text", html: `<p>Questions? Answer this mail, or <a href="${SITE}/help">read the help</a>.</p>` },
      { type: "button", label: "Start", url: `${SITE}/start` },
      customerFooter,
    ],
  },
  {
    key: "offer",
    name: "Offer",
    description: "Products at a better price for a limited time, with a code",
    subject: "Until Sunday: 20\u00a0% off",
    blocks: [
      { type: "heading", text: "20\u00a0% off until Sunday", align: "center" },
      { type: "text", align: "center", html: "<p>Enter the code <code>SPRING20</code> at the checkout.</p>" },
      { type: "button", label: "Go to the shop", url: `${SITE}/shop`, align: "center" },
      { type: "divider" },
      {
        type: "products",
        items: [
          {
            name: "Travel charger",
            text: "Two devices at once, in every country",
            price: "€\u00a039.20 instead of €\u00a049.00",
            image_url: image("charger"),
            url: `${SITE}/shop/charger`,
          },
          {
            name: "Carry case",
            text: "Waterproof, with space for tools",
            price: "€\u00a023.20 instead of €\u00a029.00",
            image_url: image("case"),
            url: `${SITE}/shop/case`,
          },
          {
            name: "Spare battery",
            text: "Twelve hours more",
            price: "€\u00a071.20 instead of €\u00a089.00",
            image_url: image("battery"),
            url: `${SITE}/shop/battery`,
          },
        ],
      },
      { type: "divider" },
      {
        type: "text",
        html: "<p>The code is valid once for each customer until Sunday, 23:59, and cannot be combined with other offers.</p>",
      },
      marketingFooter,
    ],
  },
  {
    key: "survey",
    name: "Survey",
    description: "Asks for an opinion, with the time that it takes",
    subject: "Two minutes for your opinion?",
    blocks: [
      { type: "heading", text: "How are we doing?" },
      greeting,
      {
        type: "text",
        html: "<p>you have worked with us for some time. Tell us in <b>five questions</b> what is good and what is not. It takes two minutes, and we read every answer.</p>",
      },
      { type: "button", label: "Answer five questions", url: `${SITE}/survey` },
      { type: "spacer", height: 24 },
      {
        type: "text",
        html: "<blockquote><p>Last year you asked for longer opening hours. Since March we answer until 19:00.</p></blockquote>",
      },
      { type: "text", html: "<p>Thank you,<br>{{owner.full_name|your team}}</p>" },
      customerFooter,
    ],
  },
  {
    key: "reengagement",
    name: "Re-engagement",
    description: "To readers who were quiet for long: one offer, and an easy way to leave",
    subject: "Shall we keep writing to you?",
    blocks: [
      { type: "heading", text: "It has been a while" },
      greeting,
      { type: "text", html: "<p>we have not heard from you for some time. Would you like to go on getting our news?</p>" },
      { type: "button", label: "Yes, keep me on the list", url: `${SITE}/stay` },
      { type: "spacer", height: 24 },
      {
        type: "text",
        html: `<p>You can also <a href="${SITE}/topics">choose topics</a>, or get one mail a quarter in place of one a month. If we hear nothing, we stop writing.</p>`,
      },
      marketingFooter,
    ],
  },
  {
    key: "order_follow_up",
    name: "Order follow-up",
    description: "After a delivery: help, and products that go with it",
    subject: "Did everything arrive?",
    blocks: [
      { type: "heading", text: "Did everything arrive?" },
      greeting,
      { type: "text", html: "<p>your order should be with you by now. We hope that it is what you expected.</p>" },
      {
        type: "columns",
        columns: [
          [
            { type: "heading", level: 3, text: "Something is missing" },
            {
              type: "text",
              html: `<p>Tell us, and we send it on the same day.</p><p><a href="${SITE}/help">Write to the service</a></p>`,
            },
          ],
          [
            { type: "heading", level: 3, text: "First use" },
            {
              type: "text",
              html: `<p>The guide shows it in eight pictures.</p><p><a href="${SITE}/guide">Open the guide</a></p>`,
            },
          ],
        ],
      },
      { type: "divider" },
      { type: "heading", level: 2, text: "Goes well with it" },
      {
        type: "products",
        items: [
          {
            name: "Carry case",
            text: "Waterproof, with space for tools",
            price: "€\u00a029.00",
            image_url: image("case"),
            url: `${SITE}/shop/case`,
          },
          {
            name: "Spare battery",
            text: "Twelve hours more",
            price: "€\u00a089.00",
            image_url: image("battery"),
            url: `${SITE}/shop/battery`,
          },
        ],
      },
      customerFooter,
    ],
  },
  {
    key: "letter",
    name: "Plain letter",
    description: "A personal mail without images",
    subject: "A question about your plans",
    blocks: [
      { type: "text", html: "<p>Dear {{person.full_name|customer}},</p>" },
      {
        type: "text",
        html: "<p>last time we spoke about your plans for the next year. I have put together what could help, and would like to show it to you.</p>",
      },
      {
        type: "text",
        html: `<p>Do you have half an hour next week? Choose a time in <a href="${SITE}/calendar">my calendar</a>, or answer this mail.</p>`,
      },
      { type: "text", html: "<p>Kind regards<br>{{owner.full_name|}}<br>{{tenant.name}}</p>" },
      { type: "footer" },
    ],
  },
];
