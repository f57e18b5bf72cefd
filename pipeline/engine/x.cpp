namespace litho {}
