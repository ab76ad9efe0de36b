import { setupI18n } from "@lingui/core";

/**
 * The messages of the page. The key of a message is its English text in ICU's message format. English texts without placeholders are in no catalogue;
 * without `missing` each use of one of them would write a warning of several lines.
 */
export const catalog = setupI18n({ missing: (_, message) => message });
