CREATE SCHEMA IF NOT EXISTS "event";
--> statement-breakpoint
CREATE TABLE "event"."event" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"venue" jsonb,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"timezone" text NOT NULL,
	"capacity" integer,
	"status" text NOT NULL,
	"admission" text NOT NULL,
	"entry_policy" text NOT NULL,
	"gates" text[] NOT NULL,
	"organizer_id" uuid,
	"cancel_reason" text,
	"has_admissions" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "event_ends_after_start" CHECK ("event"."event"."ends_at" > "event"."event"."starts_at"),
	CONSTRAINT "event_capacity_positive" CHECK ("event"."event"."capacity" > 0)
);
--> statement-breakpoint
CREATE TABLE "event"."inbox" (
	"fact_id" uuid PRIMARY KEY NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "event"."outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "event"."outbox_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"type" text NOT NULL,
	"version" integer NOT NULL,
	"key" text NOT NULL,
	"payload" jsonb NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"published_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE INDEX "event_starts_at" ON "event"."event" USING btree ("starts_at","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "event_created_at" ON "event"."event" USING btree ("created_at","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "event_organizer" ON "event"."event" USING btree ("organizer_id","created_at","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "outbox_unpublished" ON "event"."outbox" USING btree ("sequence") WHERE published_at is null;