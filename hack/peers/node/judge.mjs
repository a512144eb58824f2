// Lets snowflake-sdk, Snowflake's driver for Node, judge the emulator at SNOWFLAKE_TEST_*. Leaves with 1 when an
// expectation does not hold.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import snowflake from 'snowflake-sdk';

snowflake.configure({ logLevel: 'OFF', additionalLogToConsole: false, disableOCSPChecks: true });

const environment = (name) => process.env[`SNOWFLAKE_TEST_${name}`];

const options = (more) => ({
  account: environment('ACCOUNT'),
  username: environment('USER'),
  accessUrl: `http://${environment('HOST')}:${environment('PORT')}`,
  database: environment('DATABASE'),
  schema: environment('SCHEMA'),
  warehouse: environment('WAREHOUSE'),
  role: environment('ROLE'),
  clientStoreTemporaryCredential: false,
  ...more,
});

const byPassword = { password: environment('PASSWORD') };
const byKeyPair = {
  authenticator: 'SNOWFLAKE_JWT',
  privateKey: readFileSync(environment('PRIVATE_KEY'), 'utf8'),
};

const connect = (credentials) => new Promise((resolve, reject) => {
  snowflake.createConnection(options(credentials)).connect((error, connection) =>
    error ? reject(error) : resolve(connection));
});

const disconnect = (connection) => new Promise((resolve, reject) => {
  connection.destroy((error) => error ? reject(error) : resolve());
});

// execute resolves to the rows of a statement and to the statement.
const execute = (connection, sqlText, more = {}) => new Promise((resolve, reject) => {
  connection.execute({
    sqlText,
    ...more,
    complete: (error, statement, rows) => error ? reject(error) : resolve({ rows, statement }),
  });
});

const rowsOf = async (connection, sqlText, binds) => (await execute(connection, sqlText, { binds })).rows;

const fails = async (work, code, sqlState) => {
  const error = await work.then(() => assert.fail('no error'), (e) => e);
  assert.equal(Number(error.code), code, error.message);
  assert.match(error.sqlState, new RegExp(`^(${sqlState})$`), error.message);
  return error;
};

// judgements are what is expected, by a sentence that says it.
const judgements = {
  'logs in by password': async (connection) => {
    const [row] = await rowsOf(connection, 'SELECT CURRENT_USER() AS U, CURRENT_ROLE() AS R, CURRENT_DATABASE() AS D');
    assert.deepEqual({ ...row }, { U: environment('USER'), R: environment('ROLE'), D: environment('DATABASE') });
  },

  'is refused with a wrong password': async () => {
    await assert.rejects(connect({ password: 'wrong' }), { code: '390100' });
  },

  'logs in by key pair': async () => {
    const connection = await connect(byKeyPair);
    const [row] = await rowsOf(connection, 'SELECT CURRENT_USER() AS U');
    assert.equal(row.U, environment('USER'));
    await disconnect(connection);
  },

  'is refused with the key pair of nobody': async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const foreign = { ...byKeyPair, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
    await assert.rejects(connect(foreign), { code: '390144' });
  },

  'keeps connections alive and tells which are': async (connection) => {
    assert.equal(connection.isUp(), true);
    assert.equal(await connection.isValidAsync(), true);
  },

  'reads numbers, texts, truth values and bytes': async (connection) => {
    const [row] = await rowsOf(connection, `SELECT 42::NUMBER(10,0) AS I, -1.25::NUMBER(10,2) AS N, 1.5::DOUBLE AS F,
      'it''s' AS S, TRUE AS T, FALSE AS B, TO_BINARY('DEADBEEF', 'HEX') AS X, NULL AS Z`);
    assert.equal(row.I, 42);
    assert.equal(row.N, -1.25);
    assert.equal(row.F, 1.5);
    assert.equal(row.S, "it's");
    assert.equal(row.T, true);
    assert.equal(row.B, false);
    assert.equal(Buffer.from(row.X).toString('hex'), 'deadbeef');
    assert.equal(row.Z, null);
  },

  'reads dates, times and the three timestamps': async (connection) => {
    await execute(connection, "ALTER SESSION SET TIMEZONE = 'America/Los_Angeles'");
    const [row] = await rowsOf(connection, `SELECT '2024-02-29'::DATE AS D, '13:14:15.123'::TIME AS T,
      '2024-02-29 13:14:15.123'::TIMESTAMP_NTZ AS N, '2024-02-29 13:14:15.123 +0200'::TIMESTAMP_TZ AS Z,
      '2024-02-29 13:14:15.123 -0800'::TIMESTAMP_LTZ AS L`);
    assert.equal(row.D.toISOString(), '2024-02-29T00:00:00.000Z');
    assert.match(String(row.T), /^13:14:15/);
    assert.equal(row.N.toISOString(), '2024-02-29T13:14:15.123Z');
    assert.equal(row.Z.toISOString(), '2024-02-29T11:14:15.123Z');
    assert.equal(row.L.toISOString(), '2024-02-29T21:14:15.123Z');
  },

  'reads variants, objects and arrays': async (connection) => {
    const [row] = await rowsOf(connection,
      `SELECT PARSE_JSON('{"a": [1, null, "x"]}') AS V, OBJECT_CONSTRUCT('k', 1) AS O, ARRAY_CONSTRUCT(1, 2) AS A`);
    assert.deepEqual(row.V, { a: [1, null, 'x'] });
    assert.deepEqual(row.O, { k: 1 });
    assert.deepEqual(row.A, [1, 2]);
  },

  'describes columns': async (connection) => {
    const { statement } = await execute(connection, "SELECT 1::NUMBER(12,3) AS N, 'x'::VARCHAR(7) AS S, TRUE AS B");
    const [n, s, b] = statement.getColumns();
    assert.deepEqual([n.getName(), n.getType(), n.getPrecision(), n.getScale()], ['N', 'fixed', 12, 3]);
    assert.deepEqual([s.getName(), s.getType()], ['S', 'text']);
    assert.deepEqual([b.getName(), b.getType()], ['B', 'boolean']);
  },

  'binds values, counts rows and reads them back': async (connection) => {
    await execute(connection, 'CREATE OR REPLACE TABLE NODE_ROWS (ID NUMBER, NAME VARCHAR, OK BOOLEAN)');
    const { statement } = await execute(connection, 'INSERT INTO NODE_ROWS VALUES (?, ?, ?)',
      { binds: [[1, 'one', true], [2, null, false], [3, 'three', null]] });
    assert.equal(statement.getNumUpdatedRows(), 3);
    const rows = await rowsOf(connection, 'SELECT * FROM NODE_ROWS WHERE ID >= ? ORDER BY ID', [2]);
    assert.deepEqual(rows.map((row) => ({ ...row })),
      [{ ID: 2, NAME: null, OK: false }, { ID: 3, NAME: 'three', OK: null }]);
    const updated = await execute(connection, 'UPDATE NODE_ROWS SET NAME = :1 WHERE NAME IS NULL', { binds: ['two'] });
    assert.equal(updated.statement.getNumUpdatedRows(), 1);
    const deleted = await execute(connection, 'DELETE FROM NODE_ROWS WHERE ID < 3');
    assert.equal(deleted.statement.getNumUpdatedRows(), 2);
  },

  'streams many rows': async (connection) => {
    const { statement } = await execute(connection,
      'SELECT SEQ4() AS N FROM TABLE(GENERATOR(ROWCOUNT => 12000))', { streamResult: true });
    let count = 0;
    for await (const row of statement.streamRows()) {
      assert.equal(typeof row.N, 'number');
      count += 1;
    }
    assert.equal(count, 12000);
  },

  'streams a result of many chunks in its order': async (connection) => {
    const { statement } = await execute(connection,
      "SELECT SEQ4() AS N, REPEAT('x', 40) AS T FROM TABLE(GENERATOR(ROWCOUNT => 100000))", { streamResult: true });
    let next = 0;
    for await (const row of statement.streamRows()) {
      assert.equal(row.N, next);
      assert.equal(row.T.length, 40);
      next += 1;
    }
    assert.equal(next, 100000);
  },

  'reads a part of a result': async (connection) => {
    const { statement } = await execute(connection, 'SELECT SEQ4() AS N FROM TABLE(GENERATOR(ROWCOUNT => 100))');
    const rows = [];
    for await (const row of statement.streamRows({ start: 10, end: 12 })) rows.push(row.N);
    assert.deepEqual(rows, [10, 11, 12]);
  },

  'reads values as strings': async (connection) => {
    const { rows } = await execute(connection, "SELECT 12.50::NUMBER(10,2) AS N, '2024-02-29'::DATE AS D, TRUE AS B",
      { fetchAsString: ['Number', 'Date', 'Boolean'] });
    assert.deepEqual({ ...rows[0] }, { N: '12.50', D: '2024-02-29', B: 'TRUE' });
  },

  'binds dates and reads them back': async (connection) => {
    await execute(connection, 'CREATE OR REPLACE TABLE NODE_TIMES (AT TIMESTAMP_NTZ)');
    const at = new Date('2024-02-29T13:14:15.123Z');
    await execute(connection, 'INSERT INTO NODE_TIMES SELECT ?', { binds: [at.toISOString()] });
    assert.equal((await rowsOf(connection, 'SELECT AT FROM NODE_TIMES'))[0].AT.toISOString(), at.toISOString());
  },

  "takes the session's time zone for moments without one": async (connection) => {
    await execute(connection, "ALTER SESSION SET TIMEZONE = 'Europe/Berlin'");
    const [row] = await rowsOf(connection, `SELECT '2024-07-01 12:00:00'::TIMESTAMP_LTZ AS L,
      '2024-07-01 12:00:00'::TIMESTAMP_LTZ::VARCHAR AS T, CURRENT_TIMESTAMP() AS NOW`);
    assert.equal(row.L.toISOString(), '2024-07-01T10:00:00.000Z');
    assert.equal(row.T, '2024-07-01 12:00:00.000 +0200');
    assert.ok(Math.abs(row.NOW.getTime() - Date.now()) < 60_000);
  },

  'gets errors with number, SQLSTATE and query id': async (connection) => {
    const missing = await fails(execute(connection, 'SELECT * FROM NO_SUCH_TABLE'), 2003, '02000|42S02');
    assert.match(missing.message, /does not exist or not authorized/);
    assert.match(missing.data.queryId, /^[0-9a-f-]{36}$/);
    await fails(execute(connection, 'SELEC 1'), 1003, '42000');
    await fails(execute(connection, 'SELECT NO_SUCH_COLUMN FROM NODE_ROWS'), 904, '42000');
    await fails(execute(connection, 'CREATE TABLE NODE_ROWS (ID NUMBER)'), 2002, '42710');
    await fails(execute(connection, 'CREATE ROLE NODE_MAY_NOT'), 3001, '42501');
    await fails(execute(connection, "SELECT 'x'::NUMBER"), 100038, '22018');
  },

  'runs statements asynchronously and fetches them by id': async (connection) => {
    const { statement } = await execute(connection, 'CALL SYSTEM$WAIT(1)', { asyncExec: true });
    const id = statement.getQueryId();
    assert.equal(connection.isStillRunning(await connection.getQueryStatus(id)), true);
    const result = await connection.getResultsFromQueryId({ queryId: id });
    const rows = [];
    for await (const row of result.streamRows()) rows.push(row);
    assert.equal(rows.length, 1);
    assert.equal(await connection.getQueryStatus(id), 'SUCCESS');
  },

  'tells of an asynchronous statement that failed': async (connection) => {
    const { statement } = await execute(connection, 'SELECT * FROM NO_SUCH_TABLE', { asyncExec: true });
    const id = statement.getQueryId();
    await assert.rejects(connection.getResultsFromQueryId({ queryId: id }), /NO_SUCH_TABLE|FAILED_WITH_ERROR/);
    assert.equal(connection.isAnError(await connection.getQueryStatus(id)), true);
  },

  'cancels a statement': async (connection) => {
    const running = new Promise((resolve, reject) => {
      const statement = connection.execute({
        sqlText: 'CALL SYSTEM$WAIT(30)',
        complete: (error, _, rows) => error ? reject(error) : resolve(rows),
      });
      setTimeout(() => statement.cancel(() => {}), 200);
    });
    await fails(running, 604, '57014');
  },

  'runs several statements at once': async (connection) => {
    const { statement } = await execute(connection, 'SELECT 1 AS A; SELECT 2 AS B', { parameters: { MULTI_STATEMENT_COUNT: 2 } });
    assert.equal(statement.hasNext(), true);
  },

  'refuses several statements that were not announced': async (connection) => {
    await fails(execute(connection, 'SELECT 1 AS A; SELECT 2 AS B'), 8, '0A000');
  },

  'is told when a statement takes too long': async (connection) => {
    await execute(connection, 'ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1');
    await fails(execute(connection, 'CALL SYSTEM$WAIT(20)'), 630, '57014');
    await execute(connection, 'ALTER SESSION UNSET STATEMENT_TIMEOUT_IN_SECONDS');
  },

  'fetches by key pair what ran by password': async (connection) => {
    const { statement } = await execute(connection, 'SELECT 7 AS SEVEN');
    const other = await connect(byKeyPair);
    const result = await other.getResultsFromQueryId({ queryId: statement.getQueryId() });
    const rows = [];
    for await (const row of result.streamRows()) rows.push({ ...row });
    assert.deepEqual(rows, [{ SEVEN: 7 }]);
    await disconnect(other);
  },

  'creates, shows and drops by key pair': async () => {
    const connection = await connect(byKeyPair);
    await execute(connection, 'CREATE DATABASE NODE_KEYED');
    await execute(connection, 'CREATE SCHEMA NODE_KEYED.S');
    await execute(connection, 'CREATE VIEW NODE_KEYED.S.V AS SELECT 1 AS A');
    const names = async (sqlText) => (await rowsOf(connection, sqlText)).map((row) => row.name);
    assert.deepEqual(await names("SHOW DATABASES LIKE 'NODE_KEYED'"), ['NODE_KEYED']);
    assert.deepEqual((await names('SHOW SCHEMAS IN DATABASE NODE_KEYED')).sort(), ['INFORMATION_SCHEMA', 'PUBLIC', 'S']);
    assert.deepEqual(await names('SHOW VIEWS IN SCHEMA NODE_KEYED.S'), ['V']);
    assert.deepEqual(await names(`SHOW WAREHOUSES LIKE '${environment('WAREHOUSE')}'`), [environment('WAREHOUSE')]);
    await execute(connection, 'DROP DATABASE NODE_KEYED');
    assert.deepEqual(await names("SHOW DATABASES LIKE 'NODE_KEYED'"), []);
    await disconnect(connection);
  },

  'commits and takes back': async (connection) => {
    await execute(connection, 'CREATE OR REPLACE TABLE NODE_TX (ID NUMBER)');
    await execute(connection, 'BEGIN');
    await execute(connection, 'INSERT INTO NODE_TX VALUES (1)');
    await execute(connection, 'ROLLBACK');
    await execute(connection, 'BEGIN');
    await execute(connection, 'INSERT INTO NODE_TX VALUES (2)');
    await execute(connection, 'COMMIT');
    assert.deepEqual((await rowsOf(connection, 'SELECT ID FROM NODE_TX')).map((row) => row.ID), [2]);
  },

  'shows objects': async (connection) => {
    const [table] = await rowsOf(connection, "SHOW TABLES LIKE 'NODE_ROWS'");
    assert.equal(table.name, 'NODE_ROWS');
    assert.equal(table.kind, 'TABLE');
    assert.equal(table.owner, environment('ROLE'));
    assert.ok(table.created_on instanceof Date);
    const columns = await rowsOf(connection, 'DESCRIBE TABLE NODE_ROWS');
    assert.deepEqual(columns.map((column) => column.name), ['ID', 'NAME', 'OK']);
  },

  'grants, shows grants and revokes': async (connection) => {
    await execute(connection, 'GRANT SELECT ON TABLE NODE_ROWS TO ROLE PEER_READER');
    const grants = await rowsOf(connection, 'SHOW GRANTS ON TABLE NODE_ROWS');
    const found = grants.map((grant) => `${grant.privilege} ${grant.grantee_name}`).sort();
    assert.deepEqual(found, [`OWNERSHIP ${environment('ROLE')}`, 'SELECT PEER_READER']);
    await execute(connection, 'REVOKE SELECT ON TABLE NODE_ROWS FROM ROLE PEER_READER');
    assert.equal((await rowsOf(connection, 'SHOW GRANTS ON TABLE NODE_ROWS')).length, 1);
  },

  'clones a database with its grants': async (connection) => {
    await execute(connection, 'GRANT SELECT ON TABLE NODE_ROWS TO ROLE PEER_READER');
    await execute(connection, 'CREATE DATABASE NODE_CLONE CLONE PEER_DB');
    const grants = await rowsOf(connection, 'SHOW GRANTS ON TABLE NODE_CLONE.PUBLIC.NODE_ROWS');
    assert.ok(grants.some((grant) => grant.privilege === 'SELECT' && grant.grantee_name === 'PEER_READER'));
    await execute(connection, 'DROP DATABASE NODE_CLONE');
    await execute(connection, `USE SCHEMA ${environment('DATABASE')}.${environment('SCHEMA')}`);
  },
};

const main = async () => {
  const connection = await connect(byPassword);
  let failed = 0;
  for (const [sentence, judge] of Object.entries(judgements)) {
    try {
      await judge(connection);
    } catch (error) {
      failed += 1;
      console.log(`--- FAIL: ${sentence}\n${error.stack ?? error}`);
    }
  }
  await disconnect(connection);
  const all = Object.keys(judgements).length;
  console.log(`snowflake-sdk: ${all - failed} passed of ${all} that must pass`);
  process.exitCode = failed === 0 ? 0 : 1;
};

await main();
