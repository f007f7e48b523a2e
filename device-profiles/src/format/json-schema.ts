import { profileSchemas } from './profile.ts';

export const schemaId = 'urn:city-testbed:device-profile:v1';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * A TypeBox schema as plain JSON Schema for files that people write: keys with a default may be left out.
 * (In TypeBox a key with a default is required, since after loading it is always there.)
 */
export function asWritten(schema: unknown): Json {
  if (Array.isArray(schema)) return schema.map(asWritten);
  if (typeof schema !== 'object' || schema === null) return schema as Json;
  const plain: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) {
    plain[key] = key === 'default' ? (value as Json) : asWritten(value);
  }
  const { required, properties } = plain;
  if (Array.isArray(required) && typeof properties === 'object' && properties !== null) {
    const left = (required as readonly string[]).filter((key) => !hasDefault(properties, key));
    if (left.length > 0) plain['required'] = left;
    else delete plain['required'];
  }
  return plain;
}

function hasDefault(properties: Json, key: string): boolean {
  const property = (properties as Record<string, Json>)[key];
  return typeof property === 'object' && property !== null && 'default' in property;
}

/** The whole JSON Schema (2020-12) of format 1, as kept in schema/device-profile.v1.schema.json. */
export function deviceProfileJsonSchema(): Record<string, Json> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: schemaId,
    title: 'Device profile, format 1',
    type: 'object',
    required: ['transport'],
    discriminator: { propertyName: 'transport' },
    oneOf: Object.values(profileSchemas).map(asWritten),
  };
}
