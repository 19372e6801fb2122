CREATE TABLE "identity"."request_count" (
	"minute" timestamp (3) with time zone NOT NULL,
	"caller" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "request_count_minute_caller_pk" PRIMARY KEY("minute","caller")
);
