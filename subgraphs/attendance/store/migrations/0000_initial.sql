CREATE SCHEMA IF NOT EXISTS "attendance";
--> statement-breakpoint
CREATE TABLE "attendance"."door" (
	"event_id" text PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	"admission" text NOT NULL,
	"entry_policy" text NOT NULL,
	"timezone" text NOT NULL,
	"gates" text[] NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "attendance"."event_tally" (
	"event_id" text PRIMARY KEY NOT NULL,
	"checked_in" integer DEFAULT 0 NOT NULL,
	"inside" integer DEFAULT 0 NOT NULL,
	"refused" integer DEFAULT 0 NOT NULL,
	"records" integer DEFAULT 0 NOT NULL,
	"expected" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "event_tally_not_negative" CHECK ("attendance"."event_tally"."checked_in" >= 0 and "attendance"."event_tally"."inside" >= 0)
);
--> statement-breakpoint
CREATE TABLE "attendance"."gate_tally" (
	"event_id" text NOT NULL,
	"gate" text NOT NULL,
	"checked_in" integer NOT NULL,
	"inside" integer NOT NULL,
	CONSTRAINT "gate_tally_event_id_gate_pk" PRIMARY KEY("event_id","gate")
);
--> statement-breakpoint
CREATE TABLE "attendance"."inbox" (
	"fact_id" uuid PRIMARY KEY NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "attendance"."minute_tally" (
	"event_id" text NOT NULL,
	"minute" timestamp (3) with time zone NOT NULL,
	"entries" integer NOT NULL,
	"exits" integer NOT NULL,
	CONSTRAINT "minute_tally_event_id_minute_pk" PRIMARY KEY("event_id","minute")
);
--> statement-breakpoint
CREATE TABLE "attendance"."outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "attendance"."outbox_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"type" text NOT NULL,
	"version" integer NOT NULL,
	"key" text NOT NULL,
	"payload" jsonb NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"published_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "attendance"."scan" (
	"id" uuid PRIMARY KEY NOT NULL,
	"event_id" text NOT NULL,
	"ticket_id" text,
	"outcome" text NOT NULL,
	"direction" text NOT NULL,
	"gate" text,
	"at" timestamp (3) with time zone NOT NULL,
	"by_id" uuid NOT NULL,
	"by_username" text NOT NULL,
	"forced" boolean DEFAULT false NOT NULL,
	"ordinal" integer,
	"reason" text,
	"previous_id" uuid,
	"undoes" uuid,
	"note" text,
	"nonce" text,
	"device_time" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "attendance"."ticket_state" (
	"event_id" text NOT NULL,
	"ticket_id" text NOT NULL,
	"entries" integer NOT NULL,
	"inside" boolean NOT NULL,
	"accepted" integer NOT NULL,
	"first_gate" text,
	"gate" text,
	"last_entry" uuid,
	"last_entry_on" date,
	"was_inside" boolean DEFAULT false NOT NULL,
	"was_gate" text,
	CONSTRAINT "ticket_state_event_id_ticket_id_pk" PRIMARY KEY("event_id","ticket_id")
);
--> statement-breakpoint
CREATE INDEX "outbox_unpublished" ON "attendance"."outbox" USING btree ("sequence") WHERE published_at is null;--> statement-breakpoint
CREATE INDEX "scan_admitted" ON "attendance"."scan" USING btree ("event_id","id") WHERE outcome = 'ADMITTED';--> statement-breakpoint
CREATE INDEX "scan_refused" ON "attendance"."scan" USING btree ("event_id","id") WHERE outcome = 'REFUSED';--> statement-breakpoint
CREATE INDEX "scan_of_ticket" ON "attendance"."scan" USING btree ("event_id","ticket_id") WHERE outcome = 'ADMITTED';--> statement-breakpoint
CREATE UNIQUE INDEX "scan_undone_once" ON "attendance"."scan" USING btree ("undoes") WHERE outcome = 'UNDONE';--> statement-breakpoint
CREATE UNIQUE INDEX "scan_nonce" ON "attendance"."scan" USING btree ("event_id","by_id","nonce") WHERE nonce is not null;