DROP INDEX nominations_city;
