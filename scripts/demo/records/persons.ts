import type { DemoContext, DemoRecords } from "../context.ts";

export const records: DemoRecords = { create: async (context) => void context.persons.push(...(await createPersons(context))) };

/** Names in several scripts and forms, among them single names. */
export const guests = [
  {
    ...{ full_name: "王小明", email: "xiaoming@harbour-hotel.example", phone: "+49 30 23125 901", job_title: "Hotel Manager" },
    ...{ company: "Harbour Hotel", address: { street: "Uferweg 12", city: "Berlin", postal_code: "10115", country: "DE" } },
  },
  {
    ...{ full_name: "Sukarno", email: "sukarno@spice-route.example", phone: "+44 20 7946 0901", job_title: "Importer" },
    ...{ company: null, address: { street: "8 Mill Row", city: "London", postal_code: "E1 8AA", country: "GB" } },
  },
  {
    ...{
      full_name: "Ольга Дмитриевна Соколова",
      email: "olga@sokolova.example",
      phone: "+49 30 23125 902",
      job_title: "Architect",
    },
    ...{
      company: "Sokolova & Partner",
      address: { street: "Seestraße 40", city: "Berlin", postal_code: "13353", country: "DE" },
    },
  },
  {
    ...{ full_name: "山田 太郎", email: "yamada@kumo.example", phone: "+44 20 7946 0902", job_title: "Engineer" },
    ...{ company: null, address: { street: "21 Canal Walk", city: "London", postal_code: "N1 9AG", country: "GB" } },
  },
  {
    ...{ full_name: "أمينة الحسن", email: "amina@alhassan.example", phone: "+33 1 99 00 90 01", job_title: "Gallery Owner" },
    ...{ company: "Galerie Alhassan", address: { street: "5 rue du Port", city: "Paris", postal_code: "75010", country: "FR" } },
  },
  {
    ...{
      full_name: "José Luis García Márquez",
      email: "jl@garcia-marquez.example",
      phone: "+44 20 7946 0903",
      job_title: "Chef",
    },
    ...{ company: null, address: { street: "3 Orchard Lane", city: "London", postal_code: "SE1 7PB", country: "GB" } },
  },
  {
    ...{
      full_name: "Nguyễn Thị Minh Khai",
      email: "khai@lotus.example",
      phone: "+61 2 5550 9001",
      job_title: "Harbour director",
    },
    ...{ company: "Lotus Charter", address: { street: "17 Wharf Street", city: "Sydney", postal_code: "2000", country: "AU" } },
  },
  {
    ...{ first_name: "Ó", email: "o@island.example", phone: "+44 20 7946 0904", job_title: "Ferry Captain" },
    ...{ company: null, address: { street: "1 Quay Steps", city: "London", postal_code: "SW1A 1AA", country: "GB" } },
  },
] as const;

/** Creates persons with several contact points and with consents. */
async function createPersons({ admin }: DemoContext): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, { email, phone, company: _company, address, ...person }] of guests.entries()) {
    const { street, ...place } = address;
    const { data } = await admin.createPerson({
      ...person,
      external_key: `guest-${index + 1}`,
      birth_date: `19${60 + index * 4}-0${index + 1}-1${index}`,
      contact_points: [
        { contact_type: "email", contact_value: email, is_primary: true },
        { contact_type: "email", contact_value: `office.${email}` },
        { contact_type: "phone", contact_value: phone },
      ],
      addresses: [{ type: "primary", address_line1: street, ...place }],
      preferences: [
        { channel: "email", purpose: "newsletter", consent: index % 3 === 0 ? "REFUSED" : "ALLOWED", source: "Harbour Fair" },
        { channel: "phone", consent: "ALLOWED", source: "Harbour Fair" },
      ],
    });
    ids.push(data.id);
  }
  return ids;
}
