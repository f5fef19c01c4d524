// DuckDB with two threads and its data in memory. Each line of the input is a question,
// {"sql": "...", "out": "FILE"}; the answer is a line with the seconds the statement took.
// With "out", its rows are written there as JSON.
import { createInterface } from "node:readline";
import { writeFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";

const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
const connection = await instance.connect();

for await (const line of createInterface({ input: process.stdin })) {
	const { sql, out } = JSON.parse(line);
	const started = performance.now();
	const result = await connection.run(sql);
	const seconds = (performance.now() - started) / 1e3;
	if (out) writeFileSync(out, JSON.stringify(await result.getRowsJson()));
	console.log(seconds.toFixed(6));
}
