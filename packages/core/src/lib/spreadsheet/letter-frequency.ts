/** Letters that occur together in languages: they show whether text was decoded correctly. */

/** Non-ASCII letters of languages in Latin script: the usual ones, and after the bar the rare ones. */
export const alphabets: readonly string[] = [
  "äöüß|é", // German
  "éèàçêôîâ|ëïùûœüÿæ", // French
  "áéíóúñ|ü", // Spanish
  "ãçáéíóúâêõ|ôàü", // Portuguese
  "àèéìòù|íóúî", // Italian
  "àéèíïóòúüç", // Catalan
  "ëéï|üöèáóê", // Dutch
  "æøå|éöäü", // Danish, Norwegian
  "åäö|éüà", // Swedish, Finnish
  "áéíóúýðþæö", // Icelandic
  "łąęóśżćńź|", // Polish
  "áíéěřčšžýů|úťďňóöü", // Czech
  "áíéčšžýúľť|ôďňäóŕĺ", // Slovak
  "áéíóöőúü|ű", // Hungarian
  "ăâîșțşţ|áéöü", // Romanian
  "čćđšž|", // Croatian, Serbian, Slovene
  "çğıöşüİ|âîû", // Turkish
  "äõöü|šž", // Estonian
  "āēīūčšžģķļņ|ōŗ", // Latvian
  "ąčęėįšųūž|", // Lithuanian
  "ëç|", // Albanian
  "ăâđêôơưàáãèéìíòóõùúýỳỹ|", // Vietnamese
];

/** The most frequent letters of other alphabets. For Thai, vowels that cannot begin a word are listed separately. */
export const usualLetters = {
  Cyrillic: "оеаинтсрвлкмдпуяыьгзбчйі",
  Greek: "αοιετσνηυρπκμλςωδγάίόέή",
  Hebrew: "יוהלאתרמבשנעדחקםפכטגסצןזףץך",
  Arabic: "اليمنورتبدسعهحةكف",
  Thai: "านรอกเงมยลวดทสตะปบคหแจพชขใไ",
} as const;

/** Characters of family names, of addresses and of column headers. */
export const nameCharacters = {
  simplified:
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤省市区县路号公司姓名电话地址邮箱手机有限北京上海广州深圳中国大小人编联系备注城客户",
  traditional:
    "王李張劉陳楊黃趙吳周徐孫馬朱胡郭何林高羅鄭梁謝宋唐許鄧馮韓曹曾彭蕭蔡潘田董袁于余葉蔣杜蘇魏程呂丁任沈姚盧姜崔鍾譚陸汪范金石廖賈夏方白鄒孟熊秦邱江省市區縣路號公司姓名電話地址郵箱手機有限北京上海臺台灣中國大小人編聯絡備註城客戶街樓段香港信限股份",
  japanese:
    "田中山本佐藤鈴木高橋伊渡辺村小林加吉東京都府県市区町株式会社氏名電話番号住所郵便名前大阪横浜川井石原上野谷島崎松竹清水三四五十部課長様備考姓太郎子一二美和",
  korean:
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민지수현영은미경희진연준호도시동로길면읍리자메일화번소회사름명객담당비고울부산대인천광역특별직위업체국가",
} as const;
