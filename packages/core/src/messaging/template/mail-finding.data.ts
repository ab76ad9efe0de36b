/** What the check of a mail says, in English: clients that speak other languages have texts of their own, by code. */
export const findingMessages = {
  unfilled_merge_field: (path: string) => `{{${path}}} has no value: add a fallback, {{${path}|…}}`,
  placeholder_address: (url: string) => `${url} is an example: write your own address`,
  broken_link: (url: string) => `${url} is not an address that a mail can link to: write one that begins with https://`,
  insecure_link: (url: string) => `${url} is not encrypted: write https:// if the site has it`,
  missing_alt: (count: number) => `${count} images have no alt text: say in alt what each shows, or write alt="" for decoration`,
  no_address_in_settings: "The settings have no postal address: write it into the lines of the letterhead's sender",
  no_unsubscribe_in_blocks:
    "The mail has no place for the link to unsubscribe, so marketing mails get it at their end: add a footer block",
  no_unsubscribe_in_html:
    'The mail has no place for the link to unsubscribe, so marketing mails get it at their end: write <a href="#preferences">Unsubscribe</a>',
  too_large: (bytes: number, limit: number) => `The HTML has ${bytes} bytes, and mail programs cut more than ${limit}`,
  no_text: "The mail has no words: readers whose program blocks images see nothing",
  outdated_brand: "The look or the address of the company changed since this template was saved: save it again",
  dead_status: (url: string, status: number) => `${url} answers with status ${status}`,
  dead_link: (url: string, problem: string) => `${url} cannot be reached: ${problem}`,
  unchecked_link: (url: string, reason: string) => `${url} was not checked: ${reason}`,
  too_many_links: (limit: number, count: number) =>
    `A check requests ${limit} addresses, and this mail links to ${count}: test the others yourself`,
} as const;
