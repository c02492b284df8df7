"""Draw an atlas: one page a park, town, grid cell or listed parcel, with key map, index and neighbours."""
