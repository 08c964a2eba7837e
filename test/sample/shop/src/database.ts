import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { SpanKind } from '@opentelemetry/api';
import { traced } from './telemetry.ts';

export interface Product {
  id: number;
  name: string;
  cents: number;
}

const database = new DatabaseSync(':memory:');

export function openDatabase(): void {
  database.exec(`
    CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, cents INTEGER NOT NULL);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, product INTEGER NOT NULL, quantity INTEGER NOT NULL, cents INTEGER NOT NULL);
    INSERT INTO products (name, cents) VALUES
      ('teapot', 2400), ('kettle', 3900), ('cup', 650), ('saucer', 320), ('tea strainer', 480), ('sugar bowl', 1150);
  `);
}

export function findProducts(search: string): Promise<Product[]> {
  return query<Product>('SELECT', 'products', 'SELECT id, name, cents FROM products WHERE name LIKE ? ORDER BY name', [
    `%${search}%`,
  ]);
}

export function findOrders(): Promise<unknown[]> {
  return query('SELECT', 'orders', 'SELECT * FROM orders ORDER BY id DESC LIMIT 20', []);
}

export async function insertOrder(product: number, quantity: number, cents: number): Promise<{ id: number }> {
  const sql = 'INSERT INTO orders (product, quantity, cents) VALUES (?, ?, ?) RETURNING id';
  const [row] = await query<{ id: number }>('INSERT', 'orders', sql, [product, quantity, cents]);
  return { id: row!.id };
}

function query<Row>(operation: string, table: string, sql: string, values: SQLInputValue[]): Promise<Row[]> {
  const attributes = {
    'db.system.name': 'sqlite',
    'db.operation.name': operation,
    'db.collection.name': table,
    'db.query.text': sql,
  };
  return traced(`${operation} ${table}`, { kind: SpanKind.CLIENT, attributes }, async span => {
    const rows = database.prepare(sql).all(...values) as Row[];
    span.setAttribute('db.response.returned_rows', rows.length);
    return rows;
  });
}
