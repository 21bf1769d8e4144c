import { expect, it } from "vitest";
import { tellingIdentifier } from "./tellingIdentifier";

it("prefers an address to a number and a number to a device, and does not repeat the name", () => {
  const device = { kind: "anonymous", value: "a-1" } as const;
  const user = { kind: "user", value: "12346" } as const;
  const email = { kind: "email", value: "zoe@example.com" } as const;
  expect(tellingIdentifier([device, user, email], "Zoé")).toBe(email);
  expect(tellingIdentifier([device, user], "Zoé")).toBe(user);
  expect(tellingIdentifier([device, user], "12346")).toBe(device);
  expect(tellingIdentifier([user], "12346")).toBeUndefined();
});
