CREATE TABLE "attendance"."ticket_import_error" (
	"import_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"field" text NOT NULL,
	"code" text,
	"reason" text NOT NULL,
	CONSTRAINT "ticket_import_error_import_id_line_field_pk" PRIMARY KEY("import_id","line","field")
);
--> statement-breakpoint
CREATE TABLE "attendance"."imported_ticket" (
	"event_id" text NOT NULL,
	"code" text NOT NULL,
	"import_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"holder_name" text,
	"type_name" text,
	"gates" text[],
	"valid_from" timestamp (3) with time zone,
	"valid_until" timestamp (3) with time zone,
	CONSTRAINT "imported_ticket_event_id_code_pk" PRIMARY KEY("event_id","code")
);
--> statement-breakpoint
CREATE TABLE "attendance"."ticket_import" (
	"id" uuid PRIMARY KEY NOT NULL,
	"event_id" text NOT NULL,
	"file_name" text,
	"mode" text NOT NULL,
	"status" text NOT NULL,
	"started_by_id" uuid NOT NULL,
	"started_by_username" text NOT NULL,
	"rows_read" integer DEFAULT 0 NOT NULL,
	"rows_taken" integer DEFAULT 0 NOT NULL,
	"rows_bad" integer DEFAULT 0 NOT NULL,
	"bytes_read" integer DEFAULT 0 NOT NULL,
	"bytes_total" integer,
	"ignored_columns" text[] DEFAULT '{}' NOT NULL,
	"failure" text,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"cleared" boolean DEFAULT false NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE INDEX "imported_ticket_of_import" ON "attendance"."imported_ticket" USING btree ("import_id");--> statement-breakpoint
CREATE INDEX "ticket_import_of_event" ON "attendance"."ticket_import" USING btree ("event_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "ticket_import_running" ON "attendance"."ticket_import" USING btree ("event_id") WHERE status = 'RUNNING';