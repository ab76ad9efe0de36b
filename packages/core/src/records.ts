/** Every kind of record: whoever reads the stream must know them all. */
import "./activity/activity.entity.ts";
import "./auth/api-key.ts";
import "./contact/contact.entity.ts";
import "./conversion/conversion.entity.ts";
import "./customer/customer.entity.ts";
import "./custom-field/custom-field.entity.ts";
import "./export/export.entity.ts";
import "./interaction/interaction.entity.ts";
import "./import/import.entity.ts";
import "./intake/form.entity.ts";
import "./lead/assignment.entity.ts";
import "./lead/lead.entity.ts";
import "./masters/master.entity.ts";
import "./rule/rule.entity.ts";
import "./score/score.entity.ts";
import "./notification/notification.entity.ts";
import "./notification/settings.entity.ts";
import "./opportunity/opportunity.entity.ts";
import "./person/journey.entity.ts";
import "./person/duplicates.ts";
import "./person/person.entity.ts";
import "./search-path/set.ts";
import "./user/availability.entity.ts";
import "./user/team.entity.ts";
import "./tenant/tenant.entity.ts";
import "./upload/upload.entity.ts";
import "./user/user.entity.ts";
import type { Kind } from "./kernel/id.ts";
import { type BaseRecord, type Collection, collections } from "./storage/table/collection.ts";

export const allCollections = (): readonly Collection<BaseRecord>[] => [...collections.values()];

export const collectionOf = (kind: Kind): Collection<BaseRecord> | undefined => collections.get(kind);
