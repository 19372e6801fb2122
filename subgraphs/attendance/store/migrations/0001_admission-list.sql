CREATE TABLE "attendance"."admission" (
	"ticket_id" text PRIMARY KEY NOT NULL,
	"event_id" text NOT NULL,
	"standing" text NOT NULL,
	"code_number" integer NOT NULL,
	"gates" text[],
	"valid_from" timestamp (3) with time zone,
	"valid_until" timestamp (3) with time zone,
	"version" integer NOT NULL,
	"was_standing" text
);
--> statement-breakpoint
CREATE TABLE "attendance"."ticket_key" (
	"kid" text PRIMARY KEY NOT NULL,
	"jwk" jsonb NOT NULL
);
