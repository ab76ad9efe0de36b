import { type Language, matchLanguage } from "../../kernel/language.ts";
import type { ChannelState } from "./preferences-page.ts";
import type { Channel } from "./suppression.rules.ts";

/** The texts of the preferences page. Placeholders are in braces. */
export interface Translations {
  title: string;
  about: string;
  channels: Readonly<Record<Channel, string>>;
  marketing: string;
  states: Readonly<Record<ChannelState, string>>;
  out: string;
  in: string;
  kept: string;
  besides: string;
  service: string;
  security: string;
}

const translations: Readonly<Record<Language, Translations>> = {
  en: {
    title: "What you are sent",
    about: "Messages from {from} to {to}",
    channels: { email: "Email", sms: "Text messages", whatsapp: "WhatsApp" },
    marketing: "Offers and news",
    states: {
      on: "You may be sent offers and news here.",
      off: "You are not sent offers and news here.",
      noted: "You are not sent offers and news here: {from} has noted that you do not want them. Tell them if that has changed.",
      stopped: "You answered STOP, so nothing is sent here. Send START to the same number to change that.",
      bounced: "Messages could not be delivered, so nothing is sent here. Tell {from} if that has changed.",
      complained: "A message was reported as spam, so nothing is sent here. Tell {from} if that was a mistake.",
    },
    out: "No more offers and news",
    in: "Send me offers and news",
    kept: "Your choice is kept",
    besides: "Other messages",
    service: "Messages about what you ordered or asked for are sent all the same.",
    security: "Codes and links that you ask for yourself always come.",
  },
  de: {
    title: "Was Sie erhalten",
    about: "Nachrichten von {from} an {to}",
    channels: { email: "E-Mail", sms: "SMS", whatsapp: "WhatsApp" },
    marketing: "Angebote und Neuigkeiten",
    states: {
      on: "Hierher können Ihnen Angebote und Neuigkeiten gesendet werden.",
      off: "Hierher werden Ihnen keine Angebote und Neuigkeiten gesendet.",
      noted:
        "Hierher werden Ihnen keine Angebote und Neuigkeiten gesendet: {from} hat vermerkt, dass Sie keine möchten. Bitte sagen Sie dort Bescheid, wenn sich das geändert hat.",
      stopped:
        "Sie haben STOP geantwortet, daher wird hierher nichts gesendet. Senden Sie START an dieselbe Nummer, um das zu ändern.",
      bounced:
        "Nachrichten konnten nicht zugestellt werden, daher wird hierher nichts gesendet. Bitte sagen Sie {from} Bescheid, wenn sich das geändert hat.",
      complained:
        "Eine Nachricht wurde als Spam gemeldet, daher wird hierher nichts gesendet. Bitte sagen Sie {from} Bescheid, wenn das ein Versehen war.",
    },
    out: "Keine Angebote und Neuigkeiten mehr",
    in: "Angebote und Neuigkeiten erhalten",
    kept: "Ihre Wahl ist gespeichert",
    besides: "Andere Nachrichten",
    service: "Nachrichten zu dem, was Sie bestellt oder angefragt haben, kommen trotzdem.",
    security: "Codes und Links, die Sie selbst anfordern, kommen immer.",
  },
  fr: {
    title: "Ce que vous recevez",
    about: "Messages de {from} à {to}",
    channels: { email: "E-mail", sms: "SMS", whatsapp: "WhatsApp" },
    marketing: "Offres et actualités",
    states: {
      on: "Des offres et des actualités peuvent vous être envoyées ici.",
      off: "Aucune offre ni actualité ne vous est envoyée ici.",
      noted:
        "Aucune offre ni actualité ne vous est envoyée ici : {from} a noté que vous n’en souhaitez pas. Faites-le savoir si cela a changé.",
      stopped: "Vous avez répondu STOP : plus rien n’est envoyé ici. Envoyez START au même numéro pour changer cela.",
      bounced: "Les messages n’ont pas pu être remis : plus rien n’est envoyé ici. Prévenez {from} si cela a changé.",
      complained: "Un message a été signalé comme spam : plus rien n’est envoyé ici. Prévenez {from} si c’était une erreur.",
    },
    out: "Ne plus recevoir d’offres ni d’actualités",
    in: "Recevoir les offres et les actualités",
    kept: "Votre choix est enregistré",
    besides: "Autres messages",
    service: "Les messages concernant ce que vous avez commandé ou demandé sont envoyés malgré tout.",
    security: "Les codes et les liens que vous demandez vous-même arrivent toujours.",
  },
  es: {
    title: "Lo que recibe",
    about: "Mensajes de {from} para {to}",
    channels: { email: "Correo electrónico", sms: "SMS", whatsapp: "WhatsApp" },
    marketing: "Ofertas y novedades",
    states: {
      on: "Aquí se le pueden enviar ofertas y novedades.",
      off: "Aquí no se le envían ofertas ni novedades.",
      noted: "Aquí no se le envían ofertas ni novedades: {from} ha anotado que no las desea. Avise si eso ha cambiado.",
      stopped: "Usted respondió STOP, por lo que aquí no se envía nada. Envíe START al mismo número para cambiarlo.",
      bounced: "Los mensajes no se pudieron entregar, por lo que aquí no se envía nada. Avise a {from} si eso ha cambiado.",
      complained: "Un mensaje se marcó como spam, por lo que aquí no se envía nada. Avise a {from} si fue un error.",
    },
    out: "No recibir más ofertas ni novedades",
    in: "Recibir ofertas y novedades",
    kept: "Su elección se ha guardado",
    besides: "Otros mensajes",
    service: "Los mensajes sobre lo que ha pedido o solicitado se envían de todos modos.",
    security: "Los códigos y enlaces que usted mismo solicita llegan siempre.",
  },
  ar: {
    title: "ما يُرسل إليك",
    about: "رسائل من {from} إلى {to}",
    channels: { email: "البريد الإلكتروني", sms: "الرسائل النصية", whatsapp: "واتساب" },
    marketing: "العروض والأخبار",
    states: {
      on: "قد تُرسل إليك العروض والأخبار هنا.",
      off: "لا تُرسل إليك العروض والأخبار هنا.",
      noted: "لا تُرسل إليك العروض والأخبار هنا: سجّل {from} أنك لا ترغب فيها. يرجى إبلاغهم إذا تغيّر ذلك.",
      stopped: "لقد أجبت بكلمة STOP، لذا لا يُرسل شيء إلى هنا. أرسل START إلى الرقم نفسه لتغيير ذلك.",
      bounced: "تعذر تسليم الرسائل، لذا لا يُرسل شيء إلى هنا. يرجى إبلاغ {from} إذا تغيّر ذلك.",
      complained: "أُبلغ عن رسالة بأنها مزعجة، لذا لا يُرسل شيء إلى هنا. يرجى إبلاغ {from} إذا كان ذلك خطأ.",
    },
    out: "إيقاف العروض والأخبار",
    in: "أرسلوا إليّ العروض والأخبار",
    kept: "حُفظ اختيارك",
    besides: "رسائل أخرى",
    service: "تصلك مع ذلك الرسائل المتعلقة بما طلبته.",
    security: "الرموز والروابط التي تطلبها بنفسك تصلك دائمًا.",
  },
  ja: {
    title: "受信する内容",
    about: "{from} から {to} へのメッセージ",
    channels: { email: "メール", sms: "SMS", whatsapp: "WhatsApp" },
    marketing: "お知らせとご案内",
    states: {
      on: "この宛先にお知らせやご案内をお送りすることがあります。",
      off: "この宛先にお知らせやご案内はお送りしません。",
      noted:
        "ご希望されない旨を {from} が記録しているため、この宛先にお知らせやご案内はお送りしません。変更をご希望の場合はお伝えください。",
      stopped: "STOP とご返信いただいたため、この宛先には何もお送りしません。変更するには同じ番号に START と送信してください。",
      bounced: "メッセージを配信できなかったため、この宛先には何もお送りしません。状況が変わった場合は {from} にお伝えください。",
      complained: "迷惑メッセージとして報告されたため、この宛先には何もお送りしません。誤りの場合は {from} にお伝えください。",
    },
    out: "お知らせとご案内を停止する",
    in: "お知らせとご案内を受け取る",
    kept: "ご選択を保存しました",
    besides: "その他のメッセージ",
    service: "ご注文やお問い合わせに関するメッセージは引き続きお送りします。",
    security: "ご自身で請求されたコードやリンクは常にお送りします。",
  },
  "zh-Hans": {
    title: "您接收的内容",
    about: "{from} 发送至 {to} 的消息",
    channels: { email: "电子邮件", sms: "短信", whatsapp: "WhatsApp" },
    marketing: "优惠和资讯",
    states: {
      on: "可能会向此处发送优惠和资讯。",
      off: "不会向此处发送优惠和资讯。",
      noted: "不会向此处发送优惠和资讯：{from} 已记录您不希望接收。如有变化，请告知对方。",
      stopped: "您已回复 STOP，因此不会向此处发送任何消息。如需更改，请向同一号码发送 START。",
      bounced: "消息无法送达，因此不会向此处发送任何消息。如有变化，请告知 {from}。",
      complained: "有消息被举报为垃圾信息，因此不会向此处发送任何消息。如属误报，请告知 {from}。",
    },
    out: "不再接收优惠和资讯",
    in: "接收优惠和资讯",
    kept: "您的选择已保存",
    besides: "其他消息",
    service: "与您的订单或请求有关的消息仍会发送。",
    security: "您自己请求的验证码和链接始终会发送。",
  },
  "zh-Hant": {
    title: "您接收的內容",
    about: "{from} 傳送至 {to} 的訊息",
    channels: { email: "電子郵件", sms: "簡訊", whatsapp: "WhatsApp" },
    marketing: "優惠和消息",
    states: {
      on: "可能會向此處傳送優惠和消息。",
      off: "不會向此處傳送優惠和消息。",
      noted: "不會向此處傳送優惠和消息：{from} 已記錄您不希望接收。如有變更，請告知對方。",
      stopped: "您已回覆 STOP，因此不會向此處傳送任何訊息。如需變更，請向同一號碼傳送 START。",
      bounced: "訊息無法送達，因此不會向此處傳送任何訊息。如有變更，請告知 {from}。",
      complained: "有訊息被檢舉為垃圾訊息，因此不會向此處傳送任何訊息。如屬誤報，請告知 {from}。",
    },
    out: "不再接收優惠和消息",
    in: "接收優惠和消息",
    kept: "您的選擇已儲存",
    besides: "其他訊息",
    service: "與您的訂單或要求有關的訊息仍會傳送。",
    security: "您自己要求的驗證碼和連結一律會傳送。",
  },
  ko: {
    title: "받으시는 메시지",
    about: "{from}에서 {to}(으)로 보내는 메시지",
    channels: { email: "이메일", sms: "문자 메시지", whatsapp: "WhatsApp" },
    marketing: "혜택 및 소식",
    states: {
      on: "이곳으로 혜택과 소식을 보내 드릴 수 있습니다.",
      off: "이곳으로 혜택과 소식을 보내지 않습니다.",
      noted: "원하지 않으신다고 {from}에 기록되어 있어 이곳으로 혜택과 소식을 보내지 않습니다. 변경을 원하시면 알려 주세요.",
      stopped: "STOP이라고 답장하셔서 이곳으로 아무것도 보내지 않습니다. 변경하려면 같은 번호로 START를 보내 주세요.",
      bounced: "메시지를 전달할 수 없어 이곳으로 아무것도 보내지 않습니다. 상황이 바뀌었다면 {from}에 알려 주세요.",
      complained: "메시지가 스팸으로 신고되어 이곳으로 아무것도 보내지 않습니다. 실수였다면 {from}에 알려 주세요.",
    },
    out: "혜택 및 소식 그만 받기",
    in: "혜택 및 소식 받기",
    kept: "선택이 저장되었습니다",
    besides: "그 밖의 메시지",
    service: "주문하거나 요청하신 내용에 관한 메시지는 계속 보내 드립니다.",
    security: "직접 요청하신 코드와 링크는 항상 보내 드립니다.",
  },
};

/** Returns the texts in the language of a tag, or in English. */
export const translationsFor = (language: string): Translations => translations[matchLanguage(language) ?? "en"];
