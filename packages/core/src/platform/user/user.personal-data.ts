import { aboutUser, type PersonalData, self } from "../personal-data/declaration.ts";
import type { UserRecord } from "./user.entity.ts";

export const user: PersonalData<UserRecord> = {
  purpose: "Let employees of the tenant sign in, own records and be notified.",
  subject: aboutUser(self),
  fields: {
    email: "contact",
    first_name: "identity",
    last_name: "identity",
    role: "employment",
    extra_roles: "employment",
    department: "employment",
    team_id: "employment",
    manager_id: "staff",
    phone_number: "contact",
    gender: "profile",
    date_of_birth: "birth",
    preferences: "preference",
    display_name: "identity",
    status: "relationship",
    last_login_at: "behavior",
    password_changed_at: "behavior",
    activation_requested_at: "behavior",
    password_reset_requested_at: "behavior",
    second_factor_at: "behavior",
  },
  recipients: ["mail", "sms"],
};
