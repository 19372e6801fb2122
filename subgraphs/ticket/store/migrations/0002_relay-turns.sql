CREATE TABLE "ticket"."relay_lease" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" uuid NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "outbox_published" ON "ticket"."outbox" USING btree ("published_at") WHERE published_at is not null;