"""The faulty variant of the district: 25 named mutations of the clean one, and the key that says what each plants."""
