CREATE TABLE "identity"."relay_lease" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" uuid NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
-- accepted: no version that was released runs beside it
CREATE INDEX "outbox_published" ON "identity"."outbox" USING btree ("published_at") WHERE published_at is not null;