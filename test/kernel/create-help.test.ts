import { createHelp } from "@crm/core/kernel/create-help.ts";
import { listFields } from "@crm/core/kernel/field.ts";
import { describeFields } from "@crm/core/kernel/field-info.ts";
import { jsonSchema } from "@crm/functions/derive/json-schema.ts";
import { describe, expect, it } from "vitest";
import * as z from "zod";

describe("the help for a new record", () => {
  const shape = {
    size: z.number().optional().describe("In metres").meta(createHelp("Default: 3")),
    day: z.preprocess((value) => value, z.string().optional()).meta(createHelp("Default: today")),
    note: z.string().describe("For colleagues"),
  };
  const infos = [
    { help: "In metres", create_help: "Default: 3" },
    { help: undefined, create_help: "Default: today" },
    { help: "For colleagues", create_help: undefined },
  ];

  it("is beside the help of all forms", () => {
    expect(describeFields(shape).map(({ help, create_help }) => ({ help, create_help }))).toEqual(infos);
  });

  it("is part of the help where records are created, and not where they are shown", () => {
    const descriptions = ["In metres. Default: 3", "Default: today", "For colleagues"];
    expect(listFields(shape).map(({ help }) => help)).toEqual(descriptions);
    const describeAll = (io: "input" | "output") => Object.values(jsonSchema(z.object(shape), io).properties as object);
    expect(describeAll("input").map(({ description }) => description)).toEqual(descriptions);
    expect(describeAll("output").map(({ description }) => description)).toEqual(infos.map(({ help }) => help));
    expect(JSON.stringify([describeAll("input"), describeAll("output")])).not.toContain("x-create-help");
  });
});
