import { edit, type Mutant, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "booking: two requests that read the same lock state both book",
    at: "booking/booking-lock#bump",
    change: edit('{ condition: "height = :height"', '{ condition: "attribute_exists(pk) AND :height = :height"'),
    tests: "test/scheduling/booking/booking.test.ts",
  },
  {
    name: "booking: two concurrent first bookings of a day both succeed",
    at: "booking/booking-lock#bump",
    change: edit('{ condition: "attribute_not_exists(pk)" }', "{}"),
    tests: "test/scheduling/booking/booking.test.ts",
  },
  {
    name: "booking: availability is not checked again when the booking is created",
    at: "booking/booking#createBooking",
    change: edit("await requireFree(link, input.start, minutes);", ""),
    tests: "test/scheduling/booking/booking.test.ts",
  },
  {
    name: "booking: a repeated request books again",
    at: "booking/booking#findRepeat",
    change: edit("if (!item) return undefined;", "if (item !== 1) return undefined;"),
    tests: "test/scheduling/booking/booking.test.ts",
  },
  {
    name: "booking: concurrent repeats of a request all book",
    at: "booking/booking#rememberRequest",
    change: edit('condition: "attribute_not_exists(pk)",', ""),
    tests: "test/scheduling/booking/booking.test.ts",
  },
  {
    name: "booking: buffers of other booking links are ignored",
    at: "booking/free-slots#loadBuffers",
    change: edit("const buffersByLink = new Map([currentLink, ...otherLinks]", "const buffersByLink = new Map([currentLink]"),
    tests: "test/scheduling/booking/booking.test.ts",
  },
  {
    name: "booking: a known person is shown to the booked host",
    at: "booking/visitor#resolveVisitor",
    change: edit("limited: resolution.isExisting", "limited: false"),
    tests: "test/scheduling/booking/booking.test.ts",
  },
  {
    name: "booking: a host who has left can be booked",
    at: "booking/resolve-token#runAsLink",
    change: edit("const isOpen = isThere &&", "const isOpen ="),
    tests: "test/scheduling/booking/booking.test.ts",
  },
  {
    name: "booking: a booking id is accepted as proof of the booking",
    at: "booking/token#isGenuine",
    change: returns("true"),
    tests: "test/scheduling/booking/pages.test.ts",
  },
  {
    name: "booking: a meeting blocks its own rescheduling",
    at: "booking/free-slots#findSlots",
    change: edit("id !== except", "true"),
    tests: "test/scheduling/booking/pages.test.ts",
  },
];
