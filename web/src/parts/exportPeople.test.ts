import { expect, it } from "vitest";
import { joinCsv } from "./exportPeople";

it("joins pages under one header, whatever a cell holds", () => {
  expect(joinCsv(["key,name\r\n1,Zoé\r\n", 'key,name\r\n2,"a,\r\nb"\r\n', "key,name\r\n3,last"])).toBe('key,name\r\n1,Zoé\r\n2,"a,\r\nb"\r\n3,last\r\n');
  expect(joinCsv(["key,name\r\n"])).toBe("key,name\r\n");
});
