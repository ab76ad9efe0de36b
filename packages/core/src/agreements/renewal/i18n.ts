import { type Language, matchLanguage } from "../../kernel/language.ts";

/** Texts of the mail about an automatic renewal, in each language for customers. */
export interface Translations {
  subject: string;
  greeting: string;
  ends: string;
  follows: string;
  refuse: string;
}

const translations: Readonly<Record<Language, Translations>> = {
  en: {
    subject: "Your contract {number} renews itself",
    greeting: "Hello,",
    ends: "Your contract “{title}” ({number}) with {from} runs until {end}.",
    follows: "As agreed, it then renews itself from {next_start} to {next_end}, at {value}.",
    refuse: "If you do not want that, please tell {from} by {until}.",
  },
  de: {
    subject: "Ihr Vertrag {number} verlängert sich",
    greeting: "Guten Tag,",
    ends: "Ihr Vertrag „{title}“ ({number}) mit {from} läuft bis zum {end}.",
    follows: "Wie vereinbart, verlängert er sich dann vom {next_start} bis zum {next_end}, zum Preis von {value}.",
    refuse: "Wenn Sie das nicht möchten, teilen Sie es {from} bitte bis zum {until} mit.",
  },
  fr: {
    subject: "Votre contrat {number} sera reconduit",
    greeting: "Bonjour,",
    ends: "Votre contrat « {title} » ({number}) avec {from} court jusqu’au {end}.",
    follows: "Comme convenu, il sera ensuite reconduit du {next_start} au {next_end}, au prix de {value}.",
    refuse: "Si vous ne le souhaitez pas, veuillez en informer {from} au plus tard le {until}.",
  },
  es: {
    subject: "Su contrato {number} se renovará",
    greeting: "Hola:",
    ends: "Su contrato «{title}» ({number}) con {from} está vigente hasta el {end}.",
    follows: "Según lo acordado, se renovará después del {next_start} al {next_end}, por {value}.",
    refuse: "Si no lo desea, comuníquelo a {from} a más tardar el {until}.",
  },
  ar: {
    subject: "سيتجدد عقدكم {number}",
    greeting: "مرحبًا،",
    ends: "يسري عقدكم «{title}» ({number}) مع {from} حتى {end}.",
    follows: "وكما هو متفق عليه، يتجدد بعد ذلك من {next_start} إلى {next_end} بقيمة {value}.",
    refuse: "إذا كنتم لا ترغبون في ذلك، فيرجى إبلاغ {from} في موعد أقصاه {until}.",
  },
  ja: {
    subject: "ご契約 {number} は自動更新されます",
    greeting: "いつもお世話になっております。",
    ends: "{from} とのご契約「{title}」（{number}）は {end} までです。",
    follows: "お約束のとおり、その後 {next_start} から {next_end} まで {value} で自動的に更新されます。",
    refuse: "更新を希望されない場合は、{until} までに {from} へお知らせください。",
  },
  "zh-Hans": {
    subject: "您的合同 {number} 将自动续期",
    greeting: "您好：",
    ends: "您与 {from} 的合同“{title}”（{number}）有效期至 {end}。",
    follows: "按照约定，合同到期后将自动续期，自 {next_start} 至 {next_end}，金额为 {value}。",
    refuse: "如果您不希望续期，请在 {until} 之前（含当日）告知 {from}。",
  },
  "zh-Hant": {
    subject: "您的合約 {number} 將自動續約",
    greeting: "您好：",
    ends: "您與 {from} 的合約「{title}」（{number}）有效期至 {end}。",
    follows: "依照約定，合約到期後將自動續約，自 {next_start} 至 {next_end}，金額為 {value}。",
    refuse: "如果您不希望續約，請於 {until} 之前（含當日）告知 {from}。",
  },
  ko: {
    subject: "계약 {number}이(가) 자동으로 갱신됩니다",
    greeting: "안녕하세요.",
    ends: "{from}와(과) 맺으신 계약 “{title}”({number})은 {end}까지입니다.",
    follows: "약정에 따라 이후 {next_start}부터 {next_end}까지 {value}(으)로 자동 갱신됩니다.",
    refuse: "갱신을 원하지 않으시면 {until}까지 {from}에 알려 주십시오.",
  },
};

/** Returns the texts for a BCP 47 tag, or the English ones. */
export const translationsFor = (tag: string): Translations => translations[matchLanguage(tag) ?? "en"];
