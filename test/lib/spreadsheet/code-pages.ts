import { decodeAll } from "@crm/core/lib/spreadsheet/encoding-guess.ts";

/** An encoder for encodings that the platform can only decode, built by decoding every byte and every pair of bytes. */
export function createEncoder(encoding: string): (text: string) => Buffer {
  if (encoding === "utf-8") return (text) => Buffer.from(text);
  if (encoding === "utf-16le") return (text) => Buffer.from(text, "utf16le");
  if (encoding === "utf-16be") return (text) => Buffer.from(text, "utf16le").swap16();
  const bytes = new Map<string, readonly number[]>();
  const take = (code: readonly number[]) => {
    const text = decodeAll(encoding, Buffer.from(code));
    if (text !== undefined && [...text].length === 1 && !bytes.has(text)) bytes.set(text, code);
  };
  for (let first = 0; first < 0x100; first++) take([first]);
  if (["gb18030", "gbk", "shift_jis", "big5", "euc-kr", "euc-jp"].includes(encoding))
    for (let first = 0x81; first < 0xff; first++) for (let second = 0x40; second < 0xff; second++) take([first, second]);
  return (text) =>
    Buffer.from(
      [...text].flatMap((character) => {
        const code = bytes.get(character);
        if (!code) throw new Error(`${encoding} has no ${character}`);
        return code;
      }),
    );
}

/** Small files about people, in the typical form of each language. */
export const sampleFiles: Readonly<Record<string, readonly string[]>> = {
  German: [
    "Vorname;Nachname;Straße;Ort",
    "Jürgen;Müller;Goethestraße 5;Köln",
    "Käthe;Groß;Bäckerweg 1;Düsseldorf",
    "Jörg;Weiß;Am Tor 3;Fürth",
  ],
  French: [
    "Prénom;Nom;Société;Ville",
    "Zoé;Lefèvre;Hôtel du Château;Orléans",
    "François;Gaël;Café Bézier;Besançon",
    "Hélène;Noël;L'Été;Nîmes",
  ],
  Spanish: [
    "Nombre;Apellidos;Teléfono;Ciudad",
    "José;Muñoz Peña;911;Cádiz",
    "Íñigo;Núñez;912;Málaga",
    "María;Gómez Ibáñez;913;León",
  ],
  Portuguese: ["Nome;Sobrenome;Endereço;Cidade", "João;Conceição;Praça 1;São Paulo", "Antônio;Magalhães;Rua Três;Brasília"],
  Swedish: ["Förnamn;Efternamn;Ort", "Åsa;Sjöström;Malmö", "Östen;Åkerlund;Västerås", "Märta;Björk;Göteborg"],
  Polish: ["Imię;Nazwisko;Miasto", "Łukasz;Wiśniewski;Łódź", "Małgorzata;Wójcik;Gdańsk", "Paweł;Dąbrowski;Poznań"],
  Czech: ["Jméno;Příjmení;Město", "Jiří;Dvořák;Plzeň", "Tomáš;Černý;Třebíč", "Eliška;Říhová;České Budějovice"],
  Hungarian: ["Vezetéknév;Utónév;Város", "Szűcs;Győző;Győr", "Kövér;Ödön;Székesfehérvár", "Tóth;Ágnes;Pécs"],
  Turkish: ["Ad;Soyad;Şehir", "Işıl;Yılmaz;İstanbul", "Gökçe;Şahin;Eskişehir", "Doğan;Çağlar;Muğla"],
  Russian: ["Имя;Фамилия;Город", "Иван;Петров;Москва", "Ольга;Соколова;Санкт-Петербург", "Дмитрий;Кузнецов;Казань"],
  Ukrainian: ["Ім'я;Прізвище;Місто", "Олексій;Шевченко;Київ", "Юлія;Коваленко;Харків", "Андрій;Бондаренко;Львів"],
  Bulgarian: ["Име;Фамилия;Град", "Георги;Димитров;София", "Мария;Иванова;Пловдив", "Петър;Стоянов;Варна"],
  Greek: ["Όνομα;Επώνυμο;Πόλη", "Γιώργος;Παπαδόπουλος;Αθήνα", "Μαρία;Οικονόμου;Θεσσαλονίκη", "Νίκος;Καραγιάννης;Πάτρα"],
  Hebrew: ["שם פרטי;שם משפחה;עיר", "משה;כהן;תל אביב", "רחל;לוי;ירושלים", "יעקב;מזרחי;חיפה"],
  Arabic: ["الاسم;العائلة;المدينة", "محمد;العلي;القاهرة", "فاطمة;حسن;الرياض", "أحمد;إبراهيم;دمشق"],
  Latvian: ["Vārds;Uzvārds;Pilsēta", "Jānis;Bērziņš;Rīga", "Līga;Kalniņa;Jūrmala", "Pēteris;Ozoliņš;Cēsis"],
  Thai: ["ชื่อ;นามสกุล;เมือง", "สมชาย;ใจดี;กรุงเทพ", "มาลี;แสงทอง;เชียงใหม่"],
  Chinese: ["姓名;公司;城市;电话", "王小明;北京科技有限公司;北京;010", "李娜;上海贸易公司;上海;021", "张伟;广州电子厂;广州;020"],
  Taiwanese: [
    "姓名;公司;城市;電話",
    "王小明;台北科技有限公司;台北;02",
    "李淑芬;高雄貿易公司;高雄;07",
    "張志豪;臺中電子廠;臺中;04",
  ],
  Japanese: [
    "氏名;会社名;住所;電話番号",
    "田中太郎;株式会社サクラ;東京都港区;03",
    "鈴木花子;ヤマト商事;大阪市北区;06",
    "佐藤健;みどり工業;横浜市;045",
  ],
  Korean: ["이름;회사;도시;전화번호", "김민수;한국전자;서울;02", "이영희;부산무역;부산;051", "박지훈;대한상사;대구;053"],
};

/** The languages written in an encoding. */
export const languagesByEncoding: Readonly<Record<string, readonly string[]>> = {
  "windows-1252": ["German", "French", "Spanish", "Portuguese", "Swedish"],
  "windows-1250": ["Polish", "Czech", "Hungarian"],
  "iso-8859-2": ["Polish", "Czech", "Hungarian"],
  "windows-1251": ["Russian", "Ukrainian", "Bulgarian"],
  "koi8-u": ["Russian", "Ukrainian", "Bulgarian"],
  ibm866: ["Russian", "Bulgarian"],
  "iso-8859-5": ["Russian", "Bulgarian"],
  "x-mac-cyrillic": ["Russian", "Ukrainian", "Bulgarian"],
  "windows-1253": ["Greek"],
  "iso-8859-7": ["Greek"],
  ibm737: ["Greek"],
  "x-mac-greek": ["Greek"],
  "windows-1254": ["Turkish", "German", "French"],
  ibm857: ["Turkish", "German", "French"],
  "windows-1255": ["Hebrew"],
  "windows-1256": ["Arabic"],
  "windows-1257": ["Latvian"],
  "windows-874": ["Thai"],
  macintosh: ["German", "French", "Spanish", "Portuguese", "Swedish"],
  "x-mac-centraleurroman": ["Polish", "Czech", "Hungarian"],
  ibm850: ["German", "French", "Spanish", "Portuguese", "Swedish"],
  ibm437: ["German", "Swedish"],
  ibm852: ["Polish", "Czech", "Hungarian"],
  gb18030: ["Chinese", "Japanese"],
  big5: ["Taiwanese"],
  shift_jis: ["Japanese"],
  "euc-jp": ["Japanese"],
  "euc-kr": ["Korean"],
};
