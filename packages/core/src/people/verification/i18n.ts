import { type Language, matchLanguage } from "../../kernel/language.ts";

/** The texts of verification mails, text messages and the page. Placeholders are in braces. */
export interface Translations {
  mail_subject: string;
  mail_text: string;
  mail_code: string;
  mail_link: string;
  mail_other: string;
  sms_text: string;
  title: string;
  text: string;
  confirm: string;
  done: string;
  done_text: string;
}

const translations: Readonly<Record<Language, Translations>> = {
  en: {
    mail_subject: "{code} is your code for {from}",
    mail_text: "{from} would like to know whether this address is yours.",
    mail_code: "Your code, good for ten minutes: {code}",
    mail_link: "Or open this page within a day, and press the button:",
    mail_other: "If you do not expect this, there is nothing to do.",
    sms_text: "{code} is your code for {from}. It is good for ten minutes.",
    title: "Is this address yours?",
    text: "{from} would like to know whether {to} is yours.",
    confirm: "Yes, it is mine",
    done: "Thank you",
    done_text: "{from} knows now that {to} is yours.",
  },
  de: {
    mail_subject: "{code} ist Ihr Code für {from}",
    mail_text: "{from} möchte wissen, ob diese Adresse Ihnen gehört.",
    mail_code: "Ihr Code, zehn Minuten gültig: {code}",
    mail_link: "Oder öffnen Sie innerhalb eines Tages diese Seite und bestätigen Sie dort:",
    mail_other: "Wenn Sie das nicht erwarten, müssen Sie nichts tun.",
    sms_text: "{code} ist Ihr Code für {from}. Er ist zehn Minuten gültig.",
    title: "Gehört diese Adresse Ihnen?",
    text: "{from} möchte wissen, ob {to} Ihnen gehört.",
    confirm: "Ja, sie gehört mir",
    done: "Vielen Dank",
    done_text: "{from} weiß jetzt, dass {to} Ihnen gehört.",
  },
  fr: {
    mail_subject: "{code} est votre code pour {from}",
    mail_text: "{from} aimerait savoir si cette adresse est la vôtre.",
    mail_code: "Votre code, valable dix minutes : {code}",
    mail_link: "Ou ouvrez cette page dans la journée et confirmez :",
    mail_other: "Si vous n’attendez pas ce message, vous n’avez rien à faire.",
    sms_text: "{code} est votre code pour {from}. Il est valable dix minutes.",
    title: "Cette adresse est-elle la vôtre ?",
    text: "{from} aimerait savoir si {to} est à vous.",
    confirm: "Oui, c’est la mienne",
    done: "Merci",
    done_text: "{from} sait désormais que {to} est à vous.",
  },
  es: {
    mail_subject: "{code} es su código para {from}",
    mail_text: "{from} quiere saber si esta dirección es suya.",
    mail_code: "Su código, válido durante diez minutos: {code}",
    mail_link: "O abra esta página en el plazo de un día y confírmelo:",
    mail_other: "Si no espera este mensaje, no tiene que hacer nada.",
    sms_text: "{code} es su código para {from}. Es válido durante diez minutos.",
    title: "¿Es suya esta dirección?",
    text: "{from} quiere saber si {to} es suya.",
    confirm: "Sí, es mía",
    done: "Gracias",
    done_text: "{from} sabe ahora que {to} es suya.",
  },
  ar: {
    mail_subject: "{code} هو رمزك لدى {from}",
    mail_text: "يود {from} معرفة ما إذا كان هذا العنوان لك.",
    mail_code: "رمزك، صالح لمدة عشر دقائق: {code}",
    mail_link: "أو افتح هذه الصفحة خلال يوم واضغط الزر:",
    mail_other: "إذا كنت لا تتوقع هذه الرسالة، فلا داعي لفعل شيء.",
    sms_text: "{code} هو رمزك لدى {from}. صالح لمدة عشر دقائق.",
    title: "هل هذا العنوان لك؟",
    text: "يود {from} معرفة ما إذا كان {to} لك.",
    confirm: "نعم، إنه لي",
    done: "شكرًا لك",
    done_text: "يعلم {from} الآن أن {to} لك.",
  },
  ja: {
    mail_subject: "{code} は {from} の確認コードです",
    mail_text: "{from} は、このアドレスがお客様のものか確認しています。",
    mail_code: "確認コード（10分間有効）：{code}",
    mail_link: "または、1日以内にこのページを開き、ボタンを押してください：",
    mail_other: "お心当たりがない場合は、何もする必要はありません。",
    sms_text: "{code} は {from} の確認コードです。10分間有効です。",
    title: "このアドレスはお客様のものですか",
    text: "{from} は、{to} がお客様のものか確認しています。",
    confirm: "はい、私のものです",
    done: "ありがとうございます",
    done_text: "{to} がお客様のものであることを {from} が確認しました。",
  },
  "zh-Hans": {
    mail_subject: "{code} 是您在 {from} 的验证码",
    mail_text: "{from} 想确认此地址是否属于您。",
    mail_code: "您的验证码（十分钟内有效）：{code}",
    mail_link: "或在一天内打开此页面并点击按钮：",
    mail_other: "如果您并未预期收到此消息，则无需任何操作。",
    sms_text: "{code} 是您在 {from} 的验证码，十分钟内有效。",
    title: "此地址属于您吗？",
    text: "{from} 想确认 {to} 是否属于您。",
    confirm: "是的，属于我",
    done: "谢谢",
    done_text: "{from} 现已知道 {to} 属于您。",
  },
  "zh-Hant": {
    mail_subject: "{code} 是您在 {from} 的驗證碼",
    mail_text: "{from} 想確認此地址是否屬於您。",
    mail_code: "您的驗證碼（十分鐘內有效）：{code}",
    mail_link: "或在一天內開啟此頁面並按下按鈕：",
    mail_other: "如果您並未預期收到此訊息，則無需任何操作。",
    sms_text: "{code} 是您在 {from} 的驗證碼，十分鐘內有效。",
    title: "此地址屬於您嗎？",
    text: "{from} 想確認 {to} 是否屬於您。",
    confirm: "是的，屬於我",
    done: "謝謝",
    done_text: "{from} 現已知道 {to} 屬於您。",
  },
  ko: {
    mail_subject: "{code}은(는) {from} 인증 코드입니다",
    mail_text: "{from}에서 이 주소가 본인의 것인지 확인하고자 합니다.",
    mail_code: "인증 코드(10분간 유효): {code}",
    mail_link: "또는 하루 안에 이 페이지를 열고 버튼을 눌러 주세요:",
    mail_other: "예상하지 못한 메시지라면 아무것도 하지 않으셔도 됩니다.",
    sms_text: "{code}은(는) {from} 인증 코드입니다. 10분간 유효합니다.",
    title: "본인의 주소입니까?",
    text: "{from}에서 {to}이(가) 본인의 것인지 확인하고자 합니다.",
    confirm: "네, 제 것입니다",
    done: "감사합니다",
    done_text: "{to}이(가) 본인의 것임을 {from}에서 확인했습니다.",
  },
};

/** Returns the texts in the language of a tag, or in English. */
export const translationsFor = (language: string): Translations => translations[matchLanguage(language) ?? "en"];
