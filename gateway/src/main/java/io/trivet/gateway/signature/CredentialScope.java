package io.trivet.gateway.signature;

import java.util.regex.Pattern;

/**
 * What a derived key is good for: one day, one region, S3.
 *
 * @param date as in {@code 20261129}
 * @param region whatever the client calls it: Trivet has no regions
 */
public record CredentialScope(String date, String region) {
    private static final Pattern DATE = Pattern.compile("[0-9]{8}");
    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,64}");

    static final String SERVICE = "s3";
    static final String END = "aws4_request";

    public CredentialScope {
        if (!DATE.matcher(date).matches() || !REGION.matcher(region).matches()) {
            throw new IllegalArgumentException("a scope has a day and a region");
        }
    }

    @Override
    public String toString() {
        return date + "/" + region + "/" + SERVICE + "/" + END;
    }
}
