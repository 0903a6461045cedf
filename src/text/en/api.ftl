# The page with the reference of the API.

api-title = The API
api-lead = Everything that the pages do, programs can do too.
api-document = The OpenAPI document
api-calls = Calls
api-bearer = Needs a bearer token
api-parameters = Parameters
api-kind = Kind
api-meaning = Meaning
api-body = Body
api-schemas = Schemas
api-problems = Problems
