/**
 * User agents of programs that fetch links and pictures of mails. Sources, read on 2026-11-23:
 * help.socketlabs.com/docs/identifying-apple-mpp-opens-in-notification-api-events, suped.com/knowledge (Apple MPP and Google's
 * proxy), check.live-direct-marketing.online/blog/bot-clicks-security-scanners-detect.
 */

/** Proxies of mail programs, which fetch pictures for people or before they read the mail. */
export const mailProxies: readonly RegExp[] = [
  // Apple's Mail Privacy Protection sends only this.
  /^Mozilla\/5\.0$/,
  /GoogleImageProxy|ggpht\.com/i,
  /YahooMailProxy|YahooCacheSystem/i,
  /Outlook-?(Image)?Proxy/i,
];

/** Security scanners of mails, and libraries with which they are written. */
export const mailScanners: readonly RegExp[] = [
  /safelinks|defender|microsoft url (control|preview)|BingPreview|SkypeUriPreview/i,
  /proofpoint|urldefense|mimecast|barracuda|cudasvc|ciscosecureemail|ironport|\bTMES\b|trend ?micro|forti(mail|guard|net)/i,
  /sophos|f-?secure|symantec|messagelabs|zscaler|checkpoint|avanan|vade|virustotal|urlscan|kaspersky|eset\b|bitdefender/i,
  /^(curl|wget|python|go-http-client|java|okhttp|apache-httpclient|libwww-perl|node|axios|php|ruby|guzzle)\b/i,
];
