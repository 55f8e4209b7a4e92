import { sql } from 'kysely'
import type { Migration } from '../../store/sqlite/migrate.ts'

/**
 * The accounts' tables as Better Auth 1.7 needs them, written down here so that opening them does not load it: a test
 * checks that nothing is missing. Darvaza's own data is kept beside them, in `person` and `invitation`.
 */
export const firstTables: Migration = {
  name: 'first tables',
  statements: schema => [
    schema
      .createTable('user')
      .addColumn('id', 'text', column => column.notNull().primaryKey())
      .addColumn('name', 'text', column => column.notNull())
      .addColumn('email', 'text', column => column.notNull().unique())
      .addColumn('emailVerified', 'integer', column => column.notNull())
      .addColumn('image', 'text')
      .addColumn('createdAt', 'date', column => column.notNull())
      .addColumn('updatedAt', 'date', column => column.notNull())
      .addColumn('twoFactorEnabled', 'integer'),
    schema
      .createTable('session')
      .addColumn('id', 'text', column => column.notNull().primaryKey())
      .addColumn('expiresAt', 'date', column => column.notNull())
      .addColumn('token', 'text', column => column.notNull().unique())
      .addColumn('createdAt', 'date', column => column.notNull())
      .addColumn('updatedAt', 'date', column => column.notNull())
      .addColumn('ipAddress', 'text')
      .addColumn('userAgent', 'text')
      .addColumn('userId', 'text', column => column.notNull().references('user.id').onDelete('cascade')),
    schema
      .createTable('account')
      .addColumn('id', 'text', column => column.notNull().primaryKey())
      .addColumn('accountId', 'text', column => column.notNull())
      .addColumn('providerId', 'text', column => column.notNull())
      .addColumn('userId', 'text', column => column.notNull().references('user.id').onDelete('cascade'))
      .addColumn('accessToken', 'text')
      .addColumn('refreshToken', 'text')
      .addColumn('idToken', 'text')
      .addColumn('accessTokenExpiresAt', 'date')
      .addColumn('refreshTokenExpiresAt', 'date')
      .addColumn('scope', 'text')
      .addColumn('password', 'text')
      .addColumn('createdAt', 'date', column => column.notNull())
      .addColumn('updatedAt', 'date', column => column.notNull()),
    schema
      .createTable('verification')
      .addColumn('id', 'text', column => column.notNull().primaryKey())
      .addColumn('identifier', 'text', column => column.notNull())
      .addColumn('value', 'text', column => column.notNull())
      .addColumn('expiresAt', 'date', column => column.notNull())
      .addColumn('createdAt', 'date', column => column.notNull())
      .addColumn('updatedAt', 'date', column => column.notNull()),
    schema
      .createTable('twoFactor')
      .addColumn('id', 'text', column => column.notNull().primaryKey())
      .addColumn('secret', 'text', column => column.notNull())
      .addColumn('backupCodes', 'text', column => column.notNull())
      .addColumn('userId', 'text', column => column.notNull().references('user.id').onDelete('cascade'))
      .addColumn('verified', 'integer')
      .addColumn('failedVerificationCount', 'integer')
      .addColumn('lockedUntil', 'date'),
    schema
      .createTable('passkey')
      .addColumn('id', 'text', column => column.notNull().primaryKey())
      .addColumn('name', 'text')
      .addColumn('publicKey', 'text', column => column.notNull())
      .addColumn('userId', 'text', column => column.notNull().references('user.id').onDelete('cascade'))
      .addColumn('credentialID', 'text', column => column.notNull())
      .addColumn('counter', 'integer', column => column.notNull())
      .addColumn('deviceType', 'text', column => column.notNull())
      .addColumn('backedUp', 'integer', column => column.notNull())
      .addColumn('transports', 'text')
      .addColumn('createdAt', 'date')
      .addColumn('aaguid', 'text'),
    schema.createIndex('session_userId_idx').on('session').column('userId'),
    schema.createIndex('account_userId_idx').on('account').column('userId'),
    schema.createIndex('verification_identifier_idx').on('verification').column('identifier'),
    schema.createIndex('twoFactor_secret_idx').on('twoFactor').column('secret'),
    schema.createIndex('twoFactor_userId_idx').on('twoFactor').column('userId'),
    schema.createIndex('passkey_userId_idx').on('passkey').column('userId'),
    schema.createIndex('passkey_credentialID_idx').on('passkey').column('credentialID'),
    schema
      .createTable('person')
      .addColumn('id', 'text', column => column.notNull().primaryKey().references('user.id').onDelete('cascade'))
      .addColumn('role', 'text', column => column.notNull())
      .addColumn('grants', 'text')
      .modifyEnd(sql`strict`),
    schema
      .createTable('invitation')
      .addColumn('hash', 'text', column => column.notNull().primaryKey())
      .addColumn('person_id', 'text', column => column.notNull().references('user.id').onDelete('cascade'))
      .addColumn('until', 'integer', column => column.notNull())
      .modifyEnd(sql`strict`),
  ],
}
