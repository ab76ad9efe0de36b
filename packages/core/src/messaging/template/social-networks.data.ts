/** The networks to which a mail can link, with the names that readers see. They are names of companies, which are not translated. */
export const networkNames = {
  bluesky: "Bluesky",
  facebook: "Facebook",
  instagram: "Instagram",
  kakaotalk: "KakaoTalk",
  line: "LINE",
  linkedin: "LinkedIn",
  mastodon: "Mastodon",
  pinterest: "Pinterest",
  telegram: "Telegram",
  threads: "Threads",
  tiktok: "TikTok",
  wechat: "WeChat",
  whatsapp: "WhatsApp",
  x: "X",
  xing: "XING",
  youtube: "YouTube",
} as const;

export type SocialNetwork = keyof typeof networkNames;
