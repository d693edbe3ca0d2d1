package io.trivet.client;

import io.trivet.model.Attributes;
import io.trivet.model.FileRecord;

/** A file and what is kept beside its content, at one moment. */
public record FileAttributes(FileRecord record, Attributes attributes) {}
