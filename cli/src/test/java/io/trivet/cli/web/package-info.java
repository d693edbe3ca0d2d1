@org.jspecify.annotations.NullMarked
package io.trivet.cli.web;
